DROP VIEW tour_guide;
DROP TABLE tour;
