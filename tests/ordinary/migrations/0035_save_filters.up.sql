-- Names of all kinds, as other tools write them.

CREATE TABLE [saved filter] (
    `id` INTEGER PRIMARY KEY,
    [owner id] INTEGER NOT NULL REFERENCES [person] (`id`) ON DELETE CASCADE,
    "order" INTEGER NOT NULL DEFAULT 0,
    `the ""query""; text` TEXT NOT NULL DEFAULT 'state:open'
);

CREATE INDEX `saved filter; by owner` ON [saved filter] ([owner id], "order");
