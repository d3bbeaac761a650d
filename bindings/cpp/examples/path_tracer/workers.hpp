// A few threads that share the rows of an image.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pt {

class Workers {
public:
  explicit Workers(unsigned threads) {
    for (unsigned n = 1; n < threads; n++) // the caller is one of them
      threads_.emplace_back([this] { run(); });
  }
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;
  ~Workers() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread &t : threads_)
      t.join();
  }

  // Calls work(0) ... work(count - 1) on all threads, and returns when all is done.
  void each(unsigned count, const std::function<void(unsigned)> &work) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      next_ = 0;
      busy_ = threads_.size();
      round_++;
    }
    wake_.notify_all();
    take(work, count);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

private:
  void run() {
    for (unsigned seen = 0;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_)
        return;
      seen = round_;
      const std::function<void(unsigned)> &work = *work_;
      const unsigned count = count_;
      lock.unlock();
      take(work, count);
      lock.lock();
      if (--busy_ == 0)
        done_.notify_one();
    }
  }

  void take(const std::function<void(unsigned)> &work, unsigned count) {
    for (unsigned n = next_++; n < count; n = next_++)
      work(n);
  }

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> threads_;
  std::atomic<unsigned> next_{0};
  const std::function<void(unsigned)> *work_ = nullptr;
  unsigned count_ = 0, round_ = 0;
  std::size_t busy_ = 0;
  bool stop_ = false;
};

} // namespace pt
