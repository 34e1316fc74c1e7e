//! The disk as SQLite sees it: a `sqlite3_vfs`, and `sqlite3_file`s with a [`Handle`] each.
//!
//! Every function here relies on SQLite's contract: it passes a VFS created by [`register`], or a
//! file that [`open`] created and that isn't closed, with pointers that are valid during the call,
//! and never uses one file from two threads at once.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::slice;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

use crate::device::{Code, Shared};
use crate::disk::SECTOR;
use crate::handle::{self, Handle, Options};
use crate::lock::Level;
use crate::random::Random;

/// The memory that SQLite allocates for a file and treats as a `sqlite3_file`.
#[repr(C)]
struct File {
    base: sqlite3_file,
    handle: *mut Handle,
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Registers a VFS of this name, which remains for the rest of the process.
pub(crate) fn register(name: &str, device: Shared) -> Result<(), Code> {
    let name = CString::new(name).map_err(|_| ffi::SQLITE_MISUSE)?;
    let size = size_of::<File>();
    let vfs = sqlite3_vfs {
        iVersion: 2,
        szOsFile: c_int::try_from(size).expect("two pointers are small"),
        mxPathname: 512,
        pNext: ptr::null_mut(),
        zName: name.into_raw(),
        pAppData: Box::into_raw(Box::new(device)).cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        // The tests load no extensions, which would need unsafe code.
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(get_last_error),
        xCurrentTimeInt64: Some(current_time_int64),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    };
    let vfs = Box::into_raw(Box::new(vfs));
    // SAFETY: the VFS, its name and its device are leaked, so they remain valid while SQLite uses
    // them.
    match unsafe { ffi::sqlite3_vfs_register(vfs, 0) } {
        ffi::SQLITE_OK => Ok(()),
        code => Err(code),
    }
}

/// Returns the device of a VFS.
///
/// # Safety
///
/// `vfs` was created by [`register`].
unsafe fn device<'a>(vfs: *mut sqlite3_vfs) -> &'a Shared {
    // SAFETY: `register` stored a device there, which is leaked and shared since.
    unsafe { &*(*vfs).pAppData.cast::<Shared>() }
}

/// Returns the handle of a file.
///
/// # Safety
///
/// `file` was created by [`open`] and isn't closed, and nothing else uses it during the call.
unsafe fn handle<'a>(file: *mut sqlite3_file) -> &'a mut Handle {
    // SAFETY: `open` stored a handle there, which only `close` removes.
    unsafe { &mut *(*file.cast::<File>()).handle }
}

/// Converts a name from SQLite; `None` for a temporary file.
///
/// # Safety
///
/// `name` is null or a NUL-terminated string.
unsafe fn text<'a>(name: *const c_char) -> Result<Option<&'a str>, Code> {
    if name.is_null() {
        return Ok(None);
    }
    // SAFETY: as promised by the caller.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str().map(Some).map_err(|_| ffi::SQLITE_CANTOPEN)
}

/// Stores the value of a call where SQLite expects it, and returns the status.
///
/// # Safety
///
/// `to` is valid for writes.
unsafe fn answer<T>(to: *mut T, result: Result<T, Code>) -> c_int {
    status(result.map(|value| {
        // SAFETY: as promised by the caller.
        unsafe { to.write(value) }
    }))
}

fn status(result: Result<(), Code>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

/// Converts a size or an offset, which SQLite never makes negative.
fn unsigned<T>(number: T) -> usize
where
    usize: TryFrom<T>,
{
    usize::try_from(number).ok().expect("SQLite has no negative sizes and offsets")
}

fn level(number: c_int) -> Level {
    match number {
        ffi::SQLITE_LOCK_NONE => Level::None,
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        ffi::SQLITE_LOCK_RESERVED => Level::Reserved,
        ffi::SQLITE_LOCK_PENDING => Level::Pending,
        _ => Level::Exclusive,
    }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let options = Options {
        create: flags & ffi::SQLITE_OPEN_CREATE != 0,
        exclusive: flags & ffi::SQLITE_OPEN_EXCLUSIVE != 0,
        delete_on_close: flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0,
    };
    // SAFETY: `vfs` is ours, and `name` is null or a string.
    let (device, name) = unsafe { (device(vfs), text(name)) };
    let opened = name.and_then(|name| Handle::open(device, name, &options));
    // SQLite doesn't close a file without methods.
    let (methods, handle, status) = match opened {
        Ok(handle) => (&raw const METHODS, Box::into_raw(Box::new(handle)), ffi::SQLITE_OK),
        Err(code) => (ptr::null(), ptr::null_mut(), code),
    };
    // SAFETY: `file` has the size and alignment that `szOsFile` was computed from.
    unsafe { file.cast::<File>().write(File { base: sqlite3_file { pMethods: methods }, handle }) };
    if !out_flags.is_null() {
        // SAFETY: if SQLite wants the flags, it passes a valid pointer.
        unsafe { out_flags.write(flags) };
    }
    status
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: `open` leaked this box, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<File>()).handle) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    // SAFETY: `vfs` is ours, and `name` is a string.
    let (device, name) = unsafe { (device(vfs), text(name)) };
    status(name.and_then(|name| handle::delete(device, name.unwrap_or_default(), sync_dir != 0)))
}

unsafe extern "C" fn access(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: `vfs` is ours, and `name` is a string.
    let (device, name) = unsafe { (device(vfs), text(name)) };
    let exists = name.and_then(|name| handle::exists(device, name.unwrap_or_default()));
    // SAFETY: SQLite passes a valid pointer for the answer.
    unsafe { answer(out, exists.map(c_int::from)) }
}

unsafe extern "C" fn full_pathname(
    _vfs: *mut sqlite3_vfs,
    name: *const c_char,
    size: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: `name` is a string.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if name.len() > unsigned(size) {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: `out` has `size` bytes, which belong to SQLite and don't overlap the name.
    unsafe { ptr::copy_nonoverlapping(name.as_ptr(), out.cast(), name.len()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    size: c_int,
    offset: sqlite3_int64,
) -> c_int {
    // SAFETY: `file` is open.
    let handle = unsafe { handle(file) };
    // SAFETY: `buffer` has `size` bytes, which are zeroed before they become a slice.
    let buffer = unsafe {
        ptr::write_bytes(buffer.cast::<u8>(), 0, unsigned(size));
        slice::from_raw_parts_mut(buffer.cast(), unsigned(size))
    };
    match handle.read(unsigned(offset), buffer) {
        Ok(true) => ffi::SQLITE_IOERR_SHORT_READ,
        Ok(false) => ffi::SQLITE_OK,
        Err(code) => code,
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    size: c_int,
    offset: sqlite3_int64,
) -> c_int {
    // SAFETY: `file` is open, and there are `size` bytes.
    let (handle, bytes) =
        unsafe { (handle(file), slice::from_raw_parts(bytes.cast(), unsigned(size))) };
    status(handle.write(unsigned(offset), bytes))
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: `file` is open.
    status(unsafe { handle(file) }.truncate(unsigned(size)))
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: `file` is open.
    status(unsafe { handle(file) }.sync())
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: `file` is open.
    let size = unsafe { handle(file) }.size();
    let size = size.map(|size| size.try_into().expect("memory holds less than 2^63 bytes"));
    // SAFETY: SQLite passes a valid pointer for the answer.
    unsafe { answer(out, size) }
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: `file` is open.
    status(unsafe { handle(file) }.lock(level(wanted)))
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, kept: c_int) -> c_int {
    // SAFETY: `file` is open.
    status(unsafe { handle(file) }.unlock(level(kept)))
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: `file` is open.
    let reserved = unsafe { handle(file) }.is_reserved();
    // SAFETY: SQLite passes a valid pointer for the answer.
    unsafe { answer(out, reserved.map(c_int::from)) }
}

unsafe extern "C" fn file_control(_: *mut sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    c_int::try_from(SECTOR).expect("a sector is small")
}

unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    // A torn write leaves its neighbours unchanged. Nothing else is promised.
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    index: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: `file` is open.
    let region = unsafe { handle(file) }.map_memory(unsigned(index), unsigned(size), extend != 0);
    // The memory consists of atomics, which others may change while it is shared; the handle keeps
    // it alive.
    let pointer = region.map(|region| {
        region.map_or(ptr::null_mut(), |region| region.as_ptr().cast_mut().cast::<c_void>())
    });
    // SAFETY: SQLite passes a valid pointer for the answer.
    unsafe { answer(out, pointer) }
}

unsafe extern "C" fn shm_lock(
    file: *mut sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    let mask = ((1_u32 << count) - 1) << first;
    // SAFETY: `file` is open.
    let handle = unsafe { handle(file) };
    status(if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        handle.unlock_memory(mask)
    } else {
        handle.lock_memory(mask, flags & ffi::SQLITE_SHM_EXCLUSIVE != 0)
    })
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: `file` is open.
    unsafe { handle(file) }.barrier();
}

/// Shared memory disappears with its last user whatever the flag says: there is no file to keep.
unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: `file` is open, and SQLite no longer uses the pointers that it got.
    status(unsafe { handle(file) }.unmap_memory())
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

unsafe extern "C" fn randomness(_: *mut sqlite3_vfs, size: c_int, out: *mut c_char) -> c_int {
    let mut random = Random::new(u64::from(since_epoch().subsec_nanos()));
    for index in 0..unsigned(size) {
        // SAFETY: there are `size` bytes.
        unsafe { out.cast::<u8>().add(index).write(random.byte()) };
    }
    size
}

unsafe extern "C" fn sleep(_: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    thread::sleep(Duration::from_micros(u64::try_from(microseconds).unwrap_or_default()));
    microseconds
}

/// Returns the time in milliseconds of the Julian day, which begins at noon.
fn julian_milliseconds() -> i64 {
    const UNIX_EPOCH_JULIAN: i64 = 210_866_760_000_000;
    let unix = since_epoch().as_millis().try_into().expect("a clock before the year 292,000,000");
    UNIX_EPOCH_JULIAN + i64::min(unix, i64::MAX - UNIX_EPOCH_JULIAN)
}

unsafe extern "C" fn current_time_int64(_: *mut sqlite3_vfs, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: SQLite passes a valid pointer for the answer.
    unsafe { answer(out, Ok(julian_milliseconds())) }
}

#[allow(clippy::cast_precision_loss, reason = "days as a float are what is asked for")]
unsafe extern "C" fn current_time(_: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite passes a valid pointer for the answer.
    unsafe { answer(out, Ok(julian_milliseconds() as f64 / 86_400_000.0)) }
}

unsafe extern "C" fn get_last_error(_: *mut sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}
