/* A stand-in for a library of Windows that Go asks for and Wine before 9 lacks:
 * random bytes. It goes into the Wine prefix of the test alone. */
#include <windows.h>

#include <ntsecapi.h> /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
