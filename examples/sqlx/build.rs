//! Makes cargo notice new files in the folder of migrations.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
