using System.CommandLine;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary><c>pfmon kvm filter translate</c>: a filter in another form.</summary>
internal static class TranslateCommand
{
    public static Command Create()
    {
        var filter = FilterOptions.Filter();
        var form = FilterOptions.Form();
        form.Required = true;
        var guest = FilterOptions.Guest();
        var raw = OptionValues.Flag("--raw", "Write masked entries as raw ones, an entry for each event, for a kernel before Linux 6.2.");
        var json = FilterOptions.Json("Write one JSON object with the arguments for QEMU.");
        var command = new Command("translate", "Writes a filter in another form.") { form, filter, guest, raw, json };
        command.SetAction(parsed =>
        {
            var target = parsed.ReadForm(form)!;
            FilterOutput.Write(parsed.ReadFilter(filter).To(target, parsed.ReadGuest(guest), parsed.GetValue(raw)), parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }
}
