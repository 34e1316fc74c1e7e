//! SQL as text: its tokens, its statements, and when two texts mean the same.
//!
//! SQLite decides what a statement means. These modules find what SQLite does not report: where a comment is, where a
//! statement ends before it runs, how a name has to be quoted.

pub mod create_table;
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
