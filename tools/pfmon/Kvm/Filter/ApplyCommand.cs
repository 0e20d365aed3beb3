using System.CommandLine;
using System.Globalization;
using Perfmon.Diagnostics;
using Perfmon.Kvm;
using Perfmon.Kvm.Forms;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary>
/// <c>pfmon kvm filter apply</c>: asks KVM to give a running machine a filter, which it takes from the machine's own process alone. It says so, with the options
/// that give the machine the filter when it starts.
/// </summary>
internal static class ApplyCommand
{
    // KVM's answer to every process but the one that made the machine.
    private const int Eio = 5;

    private const string DefaultForm = "qemu-2025-04";

    public static Command Create()
    {
        var filter = FilterOptions.Filter();
        var process = new Option<string>("--vm") { Description = "The process of the virtual machine.", HelpName = "PID", Required = true };
        var form = FilterOptions.Form();
        var command = new Command(
            "apply", "Tries a filter on a running virtual machine, and gives the options to start it with: KVM takes filters from the machine's own process alone.")
        {
            filter, process, form,
        };
        command.SetAction(parsed => Run(parsed.ReadFilter(filter), parsed.GetRequiredValue(process), parsed.ReadForm(form)));
        return command;
    }

    private static int Run(FilterDocument document, string process, FilterForm? form)
    {
        var written = document.To(form ?? (document.Guest == GuestArchitecture.Arm ? document.Form : FilterForm.Named(DefaultForm)));
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0)
        {
            throw ToolException.WrongUsage($"--vm: '{process}' is not a process id, which is a number above 0.");
        }

        if (document.Guest == GuestArchitecture.Arm)
        {
            throw new ToolException(
                $"Cannot filter the events of process {id}'s guests.\nArm's ranges are set on a vCPU before it runs, by the process that made it.\n{Options(written)}",
                ExitCode.Failure);
        }

        using var machine = KvmMachine.OfProcess(id);
        try
        {
            machine.SetEventFilter(document.ToX86());
        }
        catch (PerfmonException refused) when (refused.Errno == Eio)
        {
            throw new ToolException(
                $"Cannot filter the events of process {id}'s guests.\nKVM_SET_PMU_EVENT_FILTER: EIO, KVM's answer to every process but the one that made the machine.\n{Options(written)}",
                ExitCode.Failure);
        }

        return ExitCode.Success;
    }

    private static string Options(WrittenFilter written) => $"Give QEMU the filter when it starts:\n{written}";
}
