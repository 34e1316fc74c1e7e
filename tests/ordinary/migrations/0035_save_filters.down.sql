DROP INDEX "saved filter; by owner";
DROP TABLE `saved filter`;
