/// What a call of the C library came to.
#ifndef RV_OUTCOME_HPP
#define RV_OUTCOME_HPP

#include "abi.hpp"

#include <string>

namespace rv::detail {

/// A code of rv.h, and words when it is negative.
struct Outcome {
  int code = RV_OK;
  std::string words;
};

/// Adds the library's words to a code; they belong to the calling thread.
inline Outcome outcome(int code) {
  if (code >= 0)
    return {code, {}};
  return {code, rv_last_error()};
}

} // namespace rv::detail

#endif // RV_OUTCOME_HPP
