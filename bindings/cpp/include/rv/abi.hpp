/// rv.h for C++: without the warning that a function may not be called as a struct.
#ifndef RV_ABI_HPP
#define RV_ABI_HPP

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#include <rv.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

static_assert(RV_ABI_MAJOR == 0, "this rv.hpp belongs to ABI 0: take rv.h and rv.hpp of the same release");

#endif // RV_ABI_HPP
