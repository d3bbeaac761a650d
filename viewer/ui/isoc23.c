// cimgui-go's archive was built against glibc 2.38, where C23's sscanf has a
// name of its own. Older systems (Debian 12) get it here.
#include <stdarg.h>
#include <stdio.h>

#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 38)
int __isoc23_sscanf(const char *text, const char *format, ...);

int __isoc23_sscanf(const char *text, const char *format, ...) {
	va_list args;
	va_start(args, format);
	int n = vsscanf(text, format, args);
	va_end(args);
	return n;
}
#endif
