using Perfmon.Tests.Support;

namespace Perfmon.Tests.Emulation;

/// <summary>What an emulated machine is given: this test assembly with all it needs, and the C programs, compiled for Arm.</summary>
internal static class GuestFolder
{
    // The runner of this machine's own tests, which is not used there.
    private static readonly string[] s_unused = ["Microsoft.TestPlatform.", "Microsoft.VisualStudio.", "testhost", "xunit.runner.", "Perfmon.TestSummary"];

    public static string Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var from = Launcher.BringsRuntime ? SelfContainedTests.Folder : AppContext.BaseDirectory;
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var name = Path.GetFileName(file);
            if (!Array.Exists(s_unused, unused => name.StartsWith(unused, StringComparison.OrdinalIgnoreCase)))
            {
                File.Copy(file, Path.Combine(folder, name));
            }
        }

        CopyNative(Path.Combine(from, "runtimes", "linux-arm64", "native"), folder);
        if (CProgram.CanCrossCompile)
        {
            foreach (var source in Directory.EnumerateFiles(Path.Combine(from, "Programs"), "*.c"))
            {
                var name = Path.GetFileNameWithoutExtension(source);
                var program = CProgram.CrossCompile(source);
                File.Copy(program, Path.Combine(Directory.CreateDirectory(Path.Combine(folder, CProgram.PrebuiltFolder)).FullName, name));
            }
        }

        return folder;
    }

    private static void CopyNative(string from, string folder)
    {
        if (Directory.Exists(from))
        {
            foreach (var file in Directory.EnumerateFiles(from))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }
    }
}
