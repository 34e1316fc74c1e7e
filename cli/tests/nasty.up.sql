-- Everything that a rebuild may lose, in one schema.

CREATE TABLE "order" ( -- what people ask for
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- an order may follow
    -- another one
    "group" INTEGER REFERENCES "order" (id) ON DELETE SET NULL,
    placed_on TEXT NOT NULL DEFAULT CURRENT_DATE, -- a day
    note TEXT COLLATE NOCASE CHECK (length("order".note) < 1000),
    net INTEGER NOT NULL DEFAULT 0 CONSTRAINT net_positive CHECK (net >= 0),
    gross INTEGER GENERATED ALWAYS AS (net * 119 / 100) STORED,
    state TEXT,
    code TEXT CONSTRAINT code_once UNIQUE ON CONFLICT ABORT,
    CONSTRAINT noted CHECK (state <> 'odd' OR note IS NOT NULL)
) STRICT;

CREATE INDEX order_by_state ON "order" (state) WHERE state IS NOT NULL;
CREATE INDEX "order by note" ON "order" (lower(note), placed_on DESC); -- for the search
CREATE UNIQUE INDEX order_by_group ON "order" ("group", placed_on, id);

CREATE TABLE "Line Item" (
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE ON UPDATE CASCADE,
    position INTEGER NOT NULL,
    "Unit Price" REAL NOT NULL CHECK ("Unit Price" > 0),
    amount INTEGER,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE [order_new] (a, b DEFAULT (1 + 1), c AS (a || b), UNIQUE (a, b));
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, text VARCHAR(99) NOT NULL);

CREATE VIEW a_open_order AS SELECT id, placed_on FROM order_list WHERE state = 'open';

CREATE VIEW order_list AS
SELECT o.id, o.placed_on, o.state, count(l.position) AS lines
FROM "order" AS o
LEFT JOIN "Line Item" AS l ON l.order_id = o.id
GROUP BY o.id;

CREATE TRIGGER open_order_delete
INSTEAD OF DELETE ON a_open_order
BEGIN
    UPDATE "order" SET state = 'closed' WHERE id = OLD.id;
END;

CREATE TRIGGER order_changed
AFTER UPDATE OF state, note, net ON "order"
BEGIN
    INSERT INTO audit (text) VALUES ('order');
    -- the last comment
END;

CREATE TRIGGER line_added
AFTER INSERT ON "Line Item"
WHEN NEW.amount > 0
BEGIN
    UPDATE "order" SET net = net + 1 WHERE id = NEW.order_id;
END;
