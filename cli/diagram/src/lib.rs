//! Draws a database schema: as SVG, or as text for [Mermaid](https://mermaid.js.org).
//!
//! A [`Diagram`] is plain data: tables with their columns, and the foreign keys between them. Tables and columns can
//! carry a [`Mark`] that says what changed since an earlier version. The crate reads no database, opens no file and
//! depends on nothing; the same diagram always gives the same text.
//!
//! ```
//! use migratory_diagram::{Column, Diagram, Key, Relation, Table};
//!
//! let id = Column { name: "id".into(), declared: "INTEGER".into(), keys: vec![Key::Primary], ..Column::default() };
//! let person_id = Column { name: "person_id".into(), keys: vec![Key::Foreign], ..Column::default() };
//! let diagram = Diagram {
//!     tables: vec![
//!         Table { name: "person".into(), columns: vec![id.clone()], ..Table::default() },
//!         Table { name: "note".into(), columns: vec![id, person_id], ..Table::default() },
//!     ],
//!     relations: vec![Relation {
//!         child: "note".into(),
//!         child_columns: vec!["person_id".into()],
//!         parent: "person".into(),
//!         parent_columns: vec!["id".into()],
//!         ..Relation::default()
//!     }],
//!     ..Diagram::default()
//! };
//!
//! assert_eq!(diagram.summary(), "2 tables · 1 foreign key");
//! assert!(diagram.svg("Notes").svg.starts_with("<svg"));
//! assert!(diagram.mermaid("Notes").contains("\"person\" ||--o{ \"note\" : \"person_id\""));
//! ```
//!
//! # How it is drawn
//!
//! ```text
//! Diagram -> Resolved -> Graph -> Layout -> SVG
//!                `---> Mermaid
//! ```
//!
//! `resolved` looks up the two ends of each foreign key. `svg::shape` measures the boxes, and `layout` places them
//! without knowing any text. Its steps have a file each: `layer` puts parents to the left of their children, `net`
//! routes lines past the boxes between their ends, `order` avoids crossings, `place` straightens lines, `route` draws
//! the bends, and `pack` puts unconnected parts side by side.

mod layout;
mod mermaid;
mod model;
mod resolved;
mod svg;

pub use model::{Column, Diagram, Key, Mark, Relation, Table, TableKind};
pub use svg::Picture;
pub use svg::escaped;
