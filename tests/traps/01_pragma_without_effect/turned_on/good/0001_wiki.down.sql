DROP TABLE wiki_page;
