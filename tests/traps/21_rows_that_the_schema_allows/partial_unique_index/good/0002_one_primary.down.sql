DROP INDEX address_primary;
