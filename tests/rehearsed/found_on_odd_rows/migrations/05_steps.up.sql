UPDATE fixed SET step = 1;
