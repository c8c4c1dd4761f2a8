/* Stands in for cargo.exe under Wine, where no Windows toolchain is: leaves its folder and arguments for .ci/windows, which builds with
   the cross-compiling cargo outside, and gives back its messages and its exit code. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

int main(int count, char **arguments)
{
	char folder[MAX_PATH], asked[MAX_PATH], written[MAX_PATH], said[MAX_PATH], done[MAX_PATH];
	const char *bridge = getenv("CARGO_BRIDGE");
	DWORD id = GetCurrentProcessId();
	if (!bridge || !GetCurrentDirectoryA(sizeof folder, folder))
		return 101;
	snprintf(written, sizeof written, "%s\\%lu.writing", bridge, id);
	snprintf(asked, sizeof asked, "%s\\%lu.asked", bridge, id);
	snprintf(said, sizeof said, "%s\\%lu.said", bridge, id);
	snprintf(done, sizeof done, "%s\\%lu.done", bridge, id);
	/* An earlier process may have had this number. */
	remove(done);
	FILE *file = fopen(written, "w");
	if (!file)
		return 101;
	fprintf(file, "%s\n", folder);
	for (int i = 1; i < count; i++)
		fprintf(file, "%s\n", arguments[i]);
	fclose(file);
	rename(written, asked);
	/* Ten minutes. */
	for (int i = 0; i < 12000 && !(file = fopen(done, "r")); i++)
		Sleep(50);
	int code = 101;
	if (!file || fscanf(file, "%d", &code) != 1)
		return 101;
	fclose(file);
	if ((file = fopen(said, "r"))) {
		for (int c; (c = fgetc(file)) != EOF;)
			fputc(c, stderr);
		fclose(file);
	}
	return code;
}
