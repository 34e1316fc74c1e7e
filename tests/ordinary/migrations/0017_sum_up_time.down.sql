DROP VIEW time_sum;
