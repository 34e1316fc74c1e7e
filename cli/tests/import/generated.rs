//! Prisma and Drizzle, which generate their migrations.

use super::*;

const PRISMA: &str = r#"
    === prisma/migrations/migration_lock.toml
    # Written by Prisma.
    provider = "sqlite"
    === prisma/migrations/20240131120000_init/migration.sql
    -- CreateTable
    CREATE TABLE "User" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "email" TEXT NOT NULL
    );

    -- CreateTable
    CREATE TABLE "Post" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "authorId" TEXT NOT NULL,
        CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
    );

    -- CreateIndex
    CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
    === prisma/migrations/20240201000000_add_name/migration.sql
    -- RedefineTables
    PRAGMA defer_foreign_keys=ON;
    PRAGMA foreign_keys=OFF;
    CREATE TABLE "new_User" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "email" TEXT NOT NULL,
        "name" TEXT NOT NULL DEFAULT ''
    );
    INSERT INTO "new_User" ("email", "id") SELECT "email", "id" FROM "User";
    DROP TABLE "User";
    ALTER TABLE "new_User" RENAME TO "User";
    CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
    PRAGMA foreign_keys=ON;
    PRAGMA defer_foreign_keys=OFF;
    === prisma/migrations/20240202000000_post_author/migration.sql
    -- CreateIndex\r
    CREATE INDEX "Post_authorId_idx" ON "Post"("authorId");\r
    === prisma/migrations/20240202000000_post_author/down.sql
    -- DropIndex
    DROP INDEX "Post_authorId_idx";
    "#;

#[test]
fn prisma_folders_become_files_and_keep_their_bytes() {
    let imported = import(PRISMA, "--from prisma --yes");
    expect![[r#"
        3 migrations of Prisma, for prisma/migrations-migratory
          20240131120000_init/migration.sql                                              -> 20240131120000_init.up.sql, irreversible
          20240201000000_add_name/migration.sql                                          -> 20240201000000_add_name.up.sql, irreversible
          20240202000000_post_author/migration.sql, 20240202000000_post_author/down.sql  -> 20240202000000_post_author.{up,down}.sql
        note: 2 migrations have no down and are marked `irreversible: imported from Prisma, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 20240202000000`
        note: existing databases: `runner().ignore("_prisma_migrations").baseline(&mut conn, version)` records the version of a database that Prisma migrated, if its schema matches
        wrote 4 files to prisma/migrations-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 20240131120000_init.up.sql
        -- migratory: irreversible: imported from Prisma, which had no down
        -- CreateTable
        CREATE TABLE "User" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "email" TEXT NOT NULL
        );

        -- CreateTable
        CREATE TABLE "Post" (
            "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            "authorId" TEXT NOT NULL,
            CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
        );

        -- CreateIndex
        CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
        === 20240201000000_add_name.up.sql
        -- migratory: irreversible: imported from Prisma, which had no down
        -- RedefineTables
        PRAGMA defer_foreign_keys=ON;
        PRAGMA foreign_keys=OFF;
        CREATE TABLE "new_User" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "email" TEXT NOT NULL,
            "name" TEXT NOT NULL DEFAULT ''
        );
        INSERT INTO "new_User" ("email", "id") SELECT "email", "id" FROM "User";
        DROP TABLE "User";
        ALTER TABLE "new_User" RENAME TO "User";
        CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
        PRAGMA foreign_keys=ON;
        PRAGMA defer_foreign_keys=OFF;
        === 20240202000000_post_author.down.sql
        -- DropIndex
        DROP INDEX "Post_authorId_idx";
        === 20240202000000_post_author.up.sql
        -- CreateIndex\r
        CREATE INDEX "Post_authorId_idx" ON "Post"("authorId");\r
    "#]].assert_eq(&imported.files("prisma/migrations-migratory"));
    imported.accepted("prisma/migrations-migratory", None);
}

/// Prisma's own rebuild of a table with AUTOINCREMENT forgets the highest id.
#[test]
fn findings_are_counted_with_and_without_accept_through() {
    let autoincrement = PRISMA
        .replace(
            "\"id\" TEXT NOT NULL PRIMARY KEY",
            "\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
        )
        .replace("\"authorId\" TEXT", "\"authorId\" INTEGER");
    let imported = import(&autoincrement, "--from prisma --yes");
    let last: Vec<_> = imported.said.lines().rev().take(2).collect();
    expect![[r#"
        exit 0
        1 finding: `cargo migratory check prisma/migrations-migratory` lists it; none with `accept_through = 20240202000000`, which accepts what has shipped"#]].assert_eq(&last.join("\n"));
}

#[test]
fn prisma_folders_with_the_same_time_are_renumbered() {
    let imported = import(
        r"
        === m/0_init/migration.sql
        CREATE TABLE a (b);
        === m/20240131120000_c/migration.sql
        CREATE TABLE c (b);
        === m/20240131120000_d/migration.sql
        CREATE TABLE d (b);
        === m/20240131130000_empty/notes.md
        Nothing yet.
        === m/stray.sql
        SELECT 1;
        ",
        "--from prisma m --yes",
    );
    expect![[r#"
        3 migrations of Prisma, for m-migratory
          0_init/migration.sql            -> 0001_init.up.sql, irreversible
          20240131120000_c/migration.sql  -> 0002_c.up.sql, irreversible
          20240131120000_d/migration.sql  -> 0003_d.up.sql, irreversible
          20240131130000_empty/           left out: it has no migration.sql
          stray.sql                       left out: Prisma does not run it
        note: renumbered, in the order of Prisma: 20240131120000_c/migration.sql and 20240131120000_d/migration.sql have the same number
        note: 3 migrations have no down and are marked `irreversible: imported from Prisma, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 3`
        note: existing databases: `runner().ignore("_prisma_migrations").baseline(&mut conn, version)` records the version of a database that Prisma migrated, if its schema matches
        wrote 3 files to m-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    imported.accepted("m-migratory", None);
}

#[test]
fn drizzle_files_keep_the_order_of_the_journal() {
    let imported = import(
        r#"
        === drizzle/meta/_journal.json
        {
          "version": "7",
          "dialect": "sqlite",
          "entries": [
            { "idx": 0, "version": "6", "when": 1725358702427, "tag": "0000_fancy_bug", "breakpoints": true },
            { "idx": 1, "version": "6", "when": 1725358713033, "tag": "0001_calm_storm", "breakpoints": true }
          ]
        }
        === drizzle/meta/0000_snapshot.json
        {}
        === drizzle/0000_fancy_bug.sql
        CREATE TABLE `users` (
        	`id` integer PRIMARY KEY NOT NULL,
        	`name` text
        );
        --> statement-breakpoint
        CREATE UNIQUE INDEX `users_name` ON `users` (`name`)
        --> statement-breakpoint
        CREATE INDEX `users_id_name` ON `users` (`id`,`name`);
        === drizzle/0001_calm_storm.sql
        PRAGMA foreign_keys=OFF;--> statement-breakpoint
        CREATE TABLE `__new_users` (
        	`id` integer PRIMARY KEY NOT NULL,
        	`name` text,
        	`age` integer
        );
        --> statement-breakpoint
        INSERT INTO `__new_users`("id", "name") SELECT "id", "name" FROM `users`;--> statement-breakpoint
        DROP TABLE `users`;--> statement-breakpoint
        ALTER TABLE `__new_users` RENAME TO `users`;--> statement-breakpoint
        PRAGMA foreign_keys=ON;--> statement-breakpoint
        CREATE UNIQUE INDEX `users_name` ON `users` (`name`);--> statement-breakpoint
        CREATE INDEX `users_id_name` ON `users` (`id`,`name`);
        === drizzle/0002_dropped.sql
        DROP TABLE `users`;
        "#,
        "--from drizzle --yes",
    );
    expect![[r#"
        2 migrations of Drizzle, for drizzle-migratory
          0000_fancy_bug.sql   -> 0000_fancy_bug.up.sql, irreversible
          0001_calm_storm.sql  -> 0001_calm_storm.up.sql, irreversible
          0002_dropped.sql     left out: not in meta/_journal.json: Drizzle doesn't run it
        note: 2 migrations have no down and are marked `irreversible: imported from Drizzle, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 1`
        note: existing databases: `runner().ignore("__drizzle_migrations").baseline(&mut conn, version)` records the version of a database that Drizzle migrated, if its schema matches
        wrote 2 files to drizzle-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 0000_fancy_bug.up.sql
        -- migratory: irreversible: imported from Drizzle, which had no down
        CREATE TABLE `users` (
        	`id` integer PRIMARY KEY NOT NULL,
        	`name` text
        );
        CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
        CREATE INDEX `users_id_name` ON `users` (`id`,`name`);
        === 0001_calm_storm.up.sql
        -- migratory: irreversible: imported from Drizzle, which had no down
        PRAGMA foreign_keys=OFF;
        CREATE TABLE `__new_users` (
        	`id` integer PRIMARY KEY NOT NULL,
        	`name` text,
        	`age` integer
        );
        INSERT INTO `__new_users`("id", "name") SELECT "id", "name" FROM `users`;
        DROP TABLE `users`;
        ALTER TABLE `__new_users` RENAME TO `users`;
        PRAGMA foreign_keys=ON;
        CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
        CREATE INDEX `users_id_name` ON `users` (`id`,`name`);
    "#]]
    .assert_eq(&imported.files("drizzle-migratory"));
    imported.accepted("drizzle-migratory", None);
}

#[test]
fn drizzle_names_without_numbers_are_numbered_by_the_journal() {
    let imported = import(
        r#"
        === drizzle/meta/_journal.json
        { "entries": [{ "tag": "_zebra" }, { "tag": "_ant" }] }
        === drizzle/_ant.sql
        ALTER TABLE a ADD `c` text;
        === drizzle/_zebra.sql
        CREATE TABLE a (b);
        "#,
        "--from drizzle --yes",
    );
    expect![[r#"
        2 migrations of Drizzle, for drizzle-migratory
          _zebra.sql  -> 0001_zebra.up.sql, irreversible
          _ant.sql    -> 0002_ant.up.sql, irreversible
        note: renumbered, in the order of Drizzle: the number of _zebra.sql can't be a version
        note: 2 migrations have no down and are marked `irreversible: imported from Drizzle, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 2`
        note: existing databases: `runner().ignore("__drizzle_migrations").baseline(&mut conn, version)` records the version of a database that Drizzle migrated, if its schema matches
        wrote 2 files to drizzle-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    imported.accepted("drizzle-migratory", None);
}

#[test]
fn drizzle_folders_are_read_and_snapshots_reported() {
    let imported = import(
        r"
        === drizzle/20240131120000_found/migration.sql
        -- What was found in the database.
        /*
        CREATE TABLE a (b);
        --> statement-breakpoint
        CREATE TABLE c (b);
        */
        === drizzle/20240131120000_found/snapshot.json
        {}
        === drizzle/20240201000000_d/migration.sql
        CREATE TABLE d (b);
        === drizzle/20240201000000_d/snapshot.json
        {}
        ",
        "--from drizzle --yes",
    );
    expect![[r#"
        2 migrations of Drizzle, for drizzle-migratory
          20240131120000_found/migration.sql  -> 20240131120000_found.up.sql, irreversible
          20240201000000_d/migration.sql      -> 20240201000000_d.up.sql, irreversible
        note: 20240131120000_found/migration.sql: it has no statements; if it is Drizzle's commented-out snapshot of the database, uncomment it, so that an empty database gets it too
        note: 2 migrations have no down and are marked `irreversible: imported from Drizzle, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 20240201000000`
        note: existing databases: `runner().ignore("__drizzle_migrations").baseline(&mut conn, version)` records the version of a database that Drizzle migrated, if its schema matches
        wrote 2 files to drizzle-migratory
        1 finding: `cargo migratory check drizzle-migratory` lists it; none with `accept_through = 20240201000000`, which accepts what has shipped
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 20240131120000_found.up.sql
        -- migratory: irreversible: imported from Drizzle, which had no down
        -- What was found in the database.
        /*
        CREATE TABLE a (b);
        --> statement-breakpoint
        CREATE TABLE c (b);
        */
        === 20240201000000_d.up.sql
        -- migratory: irreversible: imported from Drizzle, which had no down
        CREATE TABLE d (b);
    "#]]
    .assert_eq(&imported.files("drizzle-migratory"));
}
