//! SQL as text: tokens, statements, and equality by meaning.
//!
//! SQLite decides what a statement means. These modules answer what SQLite doesn't report: where
//! comments are, where a statement ends before it runs, and which names need quotes.

pub mod create_table;
pub mod deferred;
pub mod keywords;
pub mod left_out;
pub mod lexer;
pub mod names;
pub mod normal;
pub mod own_transaction;
pub mod parens;
pub mod pragmas;
pub mod quotes;
pub mod statements;
