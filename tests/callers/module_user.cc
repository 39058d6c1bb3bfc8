/*
 * module_user.cc - what imports module.cppm
 * SPDX-License-Identifier: MIT
 */
import spin;

int main()
{
    const bool set = true;
    const int word = 1;

    cpu_relax();
    spin_until(&set);
    spin_while(&word, 0);
    return spin_for(&set) ? 0 : 1;
}
