#include "store/sqlite/database.h"

#include <fcntl.h>

#include "base/counters.h"
#include "base/fd.h"
#include "base/log.h"
#include "store/store.h"

namespace decnet::store::sqlite {
namespace {

constexpr auto kReaderWaitMax =
    std::chrono::milliseconds(2'000);  // For a recovery of the log by another process.
constexpr auto kRestartWaitMax =
    std::chrono::milliseconds(100);  // For readers, where the log has grown too long.

// The database's folder must exist; the file is made here so that only its owner may read it.
Result<void> find_file(const std::string& path, Database::Missing missing) {
  if (missing == Database::Missing::refuse && ::access(path.c_str(), F_OK) != 0)
    return fail_errno(errno, "open " + path);
  // An open file of ours must not be closed again: with it would go every lock that this process
  // holds on it.
  if (::access(path.c_str(), F_OK) == 0) return {};
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return fail_errno(errno, "open " + path);
  return {};
}

}  // namespace

Reader::Reader(Database& owner, std::unique_ptr<Connection> connection) noexcept
    : owner_(&owner), connection_(std::move(connection)) {}

Reader::~Reader() {
  if (connection_) owner_->give_back(std::move(connection_));
}

Writer::Writer(Database& owner, std::unique_lock<std::timed_mutex> lock) noexcept
    : owner_(&owner), lock_(std::move(lock)) {}

Writer::Writer(Writer&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), lock_(std::move(other.lock_)) {}

Writer::~Writer() {
  if (owner_ == nullptr) return;
  if (const auto rolled_back = owner_->writing_->run("ROLLBACK"); !rolled_back)
    log::debug("{}", rolled_back.error().detail);  // A full disk has rolled back already.
}

Connection* Writer::operator->() const noexcept {
  return owner_->writing_.get();
}
Connection& Writer::operator*() const noexcept {
  return *owner_->writing_;
}

Result<void> Writer::commit() {
  DECNET_TRY(owner_->writing_->run("COMMIT"));
  std::exchange(owner_, nullptr)->bound_wal();
  return {};
}

Result<std::unique_ptr<Database>> Database::open(std::string path, Missing missing) {
  DECNET_TRY(find_file(path, missing));
  std::unique_ptr<Database> out(new Database(std::move(path)));
  Connection::Options options;
  options.cache_bytes = kWriterCacheBytes;
  options.busy_wait = std::chrono::duration_cast<std::chrono::milliseconds>(kWriteWaitMax);
  out->writing_ = DECNET_TRY(Connection::open(out->path_, options));
  return out;
}

Result<Reader> Database::read(View view) {
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock(pool_mutex_);
    const auto free = [this] { return !idle_.empty() || readers_ < kReadersMax; };
    if (!pool_freed_.wait_for(lock, kReadTimeMax, free))
      return fail(Errc::unavailable, "store: every reading connection is busy");
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    } else {
      ++readers_;
    }
  }
  if (!connection) {
    Connection::Options options;
    options.read_only = true;
    options.cache_bytes = kReaderCacheBytes;
    options.busy_wait = kReaderWaitMax;
    auto opened = Connection::open(path_, options);
    if (!opened) {
      const std::lock_guard lock(pool_mutex_);
      --readers_;
      return tl::unexpected(std::move(opened).error());
    }
    connection = std::move(*opened);
  }
  connection->set_deadline(std::chrono::steady_clock::now() + kReadTimeMax);
  Reader reader(*this, std::move(connection));
  if (view == View::one_snapshot) DECNET_TRY(reader->run("BEGIN"));
  return reader;
}

void Database::give_back(std::unique_ptr<Connection> connection) {
  if (connection->in_transaction()) (void)connection->run("ROLLBACK");  // The end of a snapshot.
  {
    const std::lock_guard lock(pool_mutex_);
    idle_.push_back(std::move(connection));
  }
  pool_freed_.notify_one();
}

Result<Writer> Database::write() {
  std::unique_lock lock(write_mutex_, kWriteWaitMax);
  if (!lock) return fail(Errc::unavailable, "store: another write takes too long");
  DECNET_TRY(writing_->run("BEGIN IMMEDIATE"));
  return Writer(*this, std::move(lock));
}

// The writer's lock is held. A checkpoint that fails is tried again after the next commit.
void Database::bound_wal() {
  static Counter& failed =
      counter("store_checkpoints_failed_total", "Checkpoints that did not succeed");
  const std::size_t pages = writing_->wal_pages();
  if (pages < kWalPagesAim) return;
  auto done = writing_->checkpoint(Connection::Fold::what_is_free, std::chrono::milliseconds(0));
  if (done && pages >= kWalPagesMax)
    done = writing_->checkpoint(Connection::Fold::and_restart, kRestartWaitMax);
  if (!done) failed.add();
}

Result<void> Database::checkpoint() {
  const std::unique_lock lock(write_mutex_, kWriteWaitMax);
  if (!lock) return fail(Errc::unavailable, "store: another write takes too long");
  DECNET_TRY(writing_->checkpoint(Connection::Fold::all, kWriteWaitMax));
  // Whoever reads now keeps the log from being cut; it will be cut the next time.
  (void)writing_->checkpoint(Connection::Fold::and_cut, kRestartWaitMax);
  return {};
}

}  // namespace decnet::store::sqlite
