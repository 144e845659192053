#ifndef CHARTLEDGER_MAP_FAULT_H
#define CHARTLEDGER_MAP_FAULT_H

/// From now on a page of a mapped database that cannot be had, because the disk fails or is full, or
/// somebody has cut the file short, ends the process with a message and the exit status 74 (EX_IOERR of
/// sysexits.h). Any other bus error is handled as before. The first call counts.
void chartledger_report_map_faults(void);

/// Counts the free pages of an environment from a number on, which may reach beyond the end of its file.
/// 0, or an error of LMDB or of the system; EIO when the list of free pages itself cannot be had.
struct MDB_env;
int chartledger_count_free_pages(struct MDB_env *environment, long first, long *count);

/// Has the disk set the first bytes of a file aside, so that writing to them through a map cannot fail
/// for want of room; the file's size stays. 0, or the error of fallocate(2).
int chartledger_set_room_aside(int file, long bytes);

#endif
