/* Proves that an installed rv.h and librv belong together. */
#include <rv.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  const uint32_t abi = rv_abi_version();
  const char *version = rv_version();
  printf("librv %s, abi %u\n", version, (unsigned)abi);
  if (rv_close(1234567, 0) != RV_ERR_HANDLE) {
    fprintf(stderr, "a handle that never was: wanted RV_ERR_HANDLE\n");
    return 1;
  }
  return argc > 1 && strcmp(argv[1], version) != 0;
}
