/*
 * bare_port.h - how a program without a C library writes a line and ends
 * SPDX-License-Identifier: MIT
 */
#ifndef CPU_RELAX_TESTS_BARE_PORT_H
#define CPU_RELAX_TESTS_BARE_PORT_H

void bare_write(const char *text);
void bare_exit(int status);
int main(void);

#endif
