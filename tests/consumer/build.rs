//! Cargo does not see a new file in the folder of migrations, unless it is told to look.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
