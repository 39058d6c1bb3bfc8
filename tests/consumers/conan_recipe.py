"""
Runs a Conan recipe by stubs of Conan's functions: conan_recipe.py RECIPE PACKAGE VERSION
SPDX-License-Identifier: MIT

Makes the folder PACKAGE and prints the include folders in it that the recipe names. It shows that RECIPE
fits this project, not that Conan accepts it.
"""
import inspect
import runpy
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

path, package, version = sys.argv[1:]


class ConanFile:
    pass


def copy(_, pattern, source, destination):
    files = [file for file in Path(source).glob(pattern) if file.is_file()]
    if not files:
        sys.exit(f"{path}: no file in {source} is called {pattern}")
    for file in files:
        target = Path(destination) / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


sys.modules["conan"] = SimpleNamespace(ConanFile=ConanFile)
sys.modules["conan.tools.files"] = SimpleNamespace(copy=copy)
names = runpy.run_path(path)
(recipe_class,) = [c for c in names.values() if inspect.isclass(c) and ConanFile in c.__bases__]

recipe = recipe_class()
if recipe.name != "cpu_relax":
    sys.exit(f"{path}: users find it as {recipe.name}, not as cpu_relax")
if recipe.version != version:
    sys.exit(f"{path}: is for version {recipe.version}, this is {version}")
recipe.recipe_folder = str(Path(path).parent)
recipe.export_sources_folder = recipe.source_folder = "exported"
recipe.export_sources()
recipe.package_folder = package
recipe.package()
recipe.cpp_info = SimpleNamespace(includedirs=["include"], libdirs=["lib"], bindirs=["bin"])  # Conan's defaults
recipe.package_info()
for folder in [*recipe.cpp_info.includedirs, *recipe.cpp_info.libdirs, *recipe.cpp_info.bindirs]:
    if not Path(package, folder).is_dir():
        sys.exit(f"{path}: the package has no folder {folder}")
print(*recipe.cpp_info.includedirs, sep="\n")
