//! A schema as people look at it: as a picture, as Mermaid, and as a page that tells the history of it.
//!
//! ```text
//! Schema -> Model -> Graph -> Layout -> SVG
//!             `---> Mermaid
//! ```
//!
//! `states` has the schema after each migration, `model` what of one is drawn, `graph` the boxes and lines of it,
//! without any text. A `layout` gives them their places, in steps that each have a file: `layer` puts parents to the
//! left of their children, `net` leads lines past the boxes between their ends, `order` avoids crossings, `place`
//! straightens, `route` draws the bends, and `pack` puts what is not connected side by side.

mod area;
mod card;
mod change;
mod color;
mod file;
mod graph;
mod key;
mod layer;
mod layout;
mod legend;
mod marker;
mod mermaid;
mod model;
mod net;
mod order;
mod pack;
mod page;
mod place;
mod relation;
mod route;
mod row;
mod sql;
mod states;
mod svg;
mod text;
mod track;

pub(crate) use file::write;
pub(crate) use mermaid::mermaid;
pub(crate) use model::Model;
pub(crate) use page::{Page, page};
pub(crate) use states::schemas;
pub(crate) use svg::{Picture, picture};
