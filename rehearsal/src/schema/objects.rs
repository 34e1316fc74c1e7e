//! A collection of objects of one kind, by name.

use std::ops;
use std::sync::Arc;

use super::{Index, Name, Table, Trigger, View};

/// An object with a name that is unique among those of its kind.
pub trait Named {
    /// The name.
    fn name(&self) -> &Name;
}

impl Named for Table {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Named for Index {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Named for Trigger {
    fn name(&self) -> &Name {
        &self.name
    }
}

impl Named for View {
    fn name(&self) -> &Name {
        &self.name
    }
}

/// The tables, indexes, triggers or views of a schema, ordered by name.
///
/// A copy shares its objects with the original, and a change to either copies only the object that
/// changes. A rehearsal keeps the schema before and after each statement, and most statements
/// change one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objects<T>(Arc<Vec<Arc<T>>>);

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Named> Objects<T> {
    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the object with this name.
    pub fn get(&self, name: &Name) -> Option<&T> {
        self.place(name).ok().map(|at| &*self.0[at])
    }

    /// Whether there is an object with this name.
    pub fn contains_key(&self, name: &Name) -> bool {
        self.place(name).is_ok()
    }

    /// Returns the names.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Name> + Clone {
        self.values().map(Named::name)
    }

    /// Returns the objects.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.0.iter().map(|object| &**object)
    }

    /// Returns the objects with their names.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Name, &T)> + Clone {
        self.values().map(|object| (object.name(), object))
    }

    /// Inserts an object, replacing the one with its name.
    pub fn insert(&mut self, object: impl Into<Arc<T>>) {
        let object = object.into();
        let place = self.place(object.name());
        let objects = Arc::make_mut(&mut self.0);
        match place {
            Ok(at) => objects[at] = object,
            Err(at) => objects.insert(at, object),
        }
    }

    /// Removes and returns the object with this name.
    pub fn remove(&mut self, name: &Name) -> Option<Arc<T>> {
        let at = self.place(name).ok()?;
        Some(Arc::make_mut(&mut self.0).remove(at))
    }

    /// Keeps the objects for which `holds` returns true.
    pub fn retain(&mut self, mut holds: impl FnMut(&T) -> bool) {
        Arc::make_mut(&mut self.0).retain(|object| holds(object));
    }

    /// Returns the objects whose names the other collection lacks.
    pub(crate) fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a T> {
        let mut others = other.0.iter().peekable();
        let is_missing = move |object: &&Arc<T>| {
            let same = others.next_if(|other| Arc::ptr_eq(object, other));
            if same.is_some() {
                return false;
            }
            while others.next_if(|other| other.name() < object.name()).is_some() {}
            others.peek().is_none_or(|other| other.name() != object.name())
        };
        self.0.iter().filter(is_missing).map(|object| &**object)
    }

    /// Returns the objects that the other collection lacks or has in another form.
    pub(crate) fn unlike<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a T>
    where
        T: PartialEq,
    {
        let mut others = other.0.iter().peekable();
        let is_unlike = move |object: &&Arc<T>| {
            if others.next_if(|other| Arc::ptr_eq(object, other)).is_some() {
                return false;
            }
            while others.next_if(|other| other.name() < object.name()).is_some() {}
            let same = others.next_if(|other| other.name() == object.name());
            same.is_none_or(|other| other != *object)
        };
        self.0.iter().filter(is_unlike).map(|object| &**object)
    }

    /// Returns the index of this name, or as an error the index at which to insert it.
    fn place(&self, name: &Name) -> Result<usize, usize> {
        self.0.binary_search_by(|object| object.name().cmp(name))
    }
}

impl<T: Named + Clone> Objects<T> {
    /// Returns the object with this name, to change all of it but the name.
    pub fn get_mut(&mut self, name: &Name) -> Option<&mut T> {
        let at = self.place(name).ok()?;
        Some(Arc::make_mut(&mut Arc::make_mut(&mut self.0)[at]))
    }

    /// Returns the objects, to change all of them but their names.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        Arc::make_mut(&mut self.0).iter_mut().map(Arc::make_mut)
    }
}

impl<T: Named> ops::Index<&Name> for Objects<T> {
    type Output = T;

    fn index(&self, name: &Name) -> &T {
        self.get(name).expect("an object of this name")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, sql: &str) -> View {
        View { name: Name::from(name), sql: sql.to_owned() }
    }

    #[test]
    fn objects_are_found_and_ordered_by_name() {
        let mut objects = Objects::default();
        for name in ["b", "A", "c", "B"] {
            objects.insert(view(name, name));
        }
        let names: Vec<_> = objects.keys().map(Name::as_str).collect();
        assert_eq!(names, ["A", "B", "c"], "the later one of a name takes the place");
        assert_eq!(objects[&Name::from("a")].sql, "A");
        assert!(objects.remove(&Name::from("C")).is_some());
        assert!(objects.remove(&Name::from("C")).is_none());
        objects.retain(|view| view.sql != "A");
        assert_eq!((objects.len(), objects.contains_key(&Name::from("b"))), (1, true));
    }

    #[test]
    fn objects_that_the_other_lacks_are_returned() {
        let objects = |names: &str| {
            let mut objects = Objects::default();
            names.chars().for_each(|name| objects.insert(view(&name.to_string(), "")));
            objects
        };
        for (one, other, missing) in [
            ("", "a", ""),
            ("abc", "b", "ac"),
            ("bd", "ace", "bd"),
            ("ab", "Ab", ""),
            ("b", "", "b"),
        ] {
            let (one, other) = (objects(one), objects(other));
            let told: String = one.without(&other).map(|view| view.name.as_str()).collect();
            assert_eq!(told, missing);
            assert_eq!(one.without(&one.clone()).count(), 0);
        }
        let mut less = objects("abcd");
        let all = less.clone();
        less.remove(&Name::from("b"));
        assert_eq!(all.without(&less).count(), 1, "with all others shared");
        assert_eq!(less.without(&all).count(), 0);
    }

    #[test]
    fn a_change_is_not_seen_in_the_copy() {
        let mut objects = Objects::default();
        objects.insert(view("a", "1"));
        objects.insert(view("b", "1"));
        let copy = objects.clone();
        objects.values_mut().for_each(|view| view.sql.push('2'));
        objects.get_mut(&Name::from("b")).expect("b").sql.push('3');
        let texts =
            |of: &Objects<View>| of.values().map(|view| view.sql.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&objects), ["12", "123"]);
        assert_eq!(texts(&copy), ["1", "1"]);
        assert_ne!(objects, copy);
    }
}
