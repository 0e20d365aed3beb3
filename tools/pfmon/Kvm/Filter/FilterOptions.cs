using System.CommandLine;
using System.Text;
using Perfmon.Host;
using Perfmon.Kvm.Forms;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Spectre.Console;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary>The arguments and options that the commands on filters have in common.</summary>
internal static class FilterOptions
{
    // What FilterText.Read takes, in the widest of UTF-8.
    private const int MostBytes = 4 << 20;

    private static readonly string s_forms = string.Join(", ", FilterForm.All.Select(form => form.Name));

    public static Argument<string> Filter() => new("FILTER")
    {
        Description = "The filter in any form, which is found out: options or values of QEMU's as one text, or @FILE for a file that has it (@- for standard input).",
    };

    public static Option<bool> Json(string what) => OptionValues.Flag("--json", what, "-j");

    public static Option<string?> Vendor() => new("--vendor")
    {
        Description = "Whose CPU the host has, which says what an event is: intel or amd. [default: this machine's]",
        HelpName = "VENDOR",
    };

    public static Option<string?> Guest() => new("--guest")
    {
        Description = "Whose guests the filter is for, where it says nothing of it: x86 or arm.",
        HelpName = "x86|arm",
    };

    public static Option<string?> Form() => new("--to") { Description = $"The form to write: {s_forms}.", HelpName = "FORM" };

    /// <exception cref="ToolException">The file cannot be read.</exception>
    /// <exception cref="Diagnostics.PerfmonException">The text is no filter.</exception>
    public static FilterDocument ReadFilter(this ParseResult parsed, Argument<string> filter)
    {
        var text = parsed.GetRequiredValue(filter);
        var document = FilterText.Read(text.StartsWith('@') ? ReadFile(text[1..]) : text);
        Warn(document.Notes);
        return document;
    }

    public static CpuVendor? ReadVendor(this ParseResult parsed, Option<string?> vendor) => parsed.GetValue(vendor) switch
    {
        null => null,
        "intel" => CpuVendor.Intel,
        "amd" => CpuVendor.Amd,
        var other => throw ToolException.WrongUsage($"--vendor: '{other}' is neither intel nor amd."),
    };

    /// <summary>The vendor that is given, or that of this machine's CPU.</summary>
    public static CpuVendor OrThisMachines(this CpuVendor? vendor) =>
        vendor ?? (HostDescription.Current.Cpu.Vendor is var own && own != CpuVendor.Arm
            ? own
            : throw ToolException.WrongUsage("The filter is for x86 guests, and this machine is of Arm: say whose CPU the host has.\nAdd --vendor intel or --vendor amd."));

    public static GuestArchitecture? ReadGuest(this ParseResult parsed, Option<string?> guest) => parsed.GetValue(guest) switch
    {
        null => null,
        "x86" => GuestArchitecture.X86,
        "arm" => GuestArchitecture.Arm,
        var other => throw ToolException.WrongUsage($"--guest: '{other}' is neither x86 nor arm."),
    };

    public static FilterForm? ReadForm(this ParseResult parsed, Option<string?> form) => parsed.GetValue(form) is not { } name ? null
        : FilterForm.All.FirstOrDefault(one => one.Name == name)
            ?? throw ToolException.WrongUsage($"--to: there is no form '{name}'.\nThere are:  {string.Join("  ", FilterForm.All.Select(one => one.Name))}");

    public static void Warn(IEnumerable<string> notes)
    {
        foreach (var note in notes)
        {
            Terminal.Error.WriteLine(note, Terminal.Warning);
        }
    }

    private static string ReadFile(string path)
    {
        try
        {
            using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; bytes.Length <= MostBytes && (read = stream.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
            }

            return bytes.Length <= MostBytes
                ? Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)
                : throw new ToolException($"{path} has more than {MostBytes >> 20} MiB, which no filter has.", ExitCode.Failure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"Cannot read the filter from {path}.\n{e.Message}", ExitCode.Failure);
        }
    }
}
