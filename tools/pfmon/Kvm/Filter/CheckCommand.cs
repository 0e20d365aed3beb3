using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary><c>pfmon kvm filter check</c>: what the kernel makes of a filter, asked with a machine made for it.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var filter = FilterOptions.Filter();
        var json = FilterOptions.Json("Write one JSON object.");
        var command = new Command(
            "check", "Asks this machine's kernel whether it takes a filter, with an empty virtual machine, and tells what of it is surely not meant.")
        {
            filter, json,
        };
        command.SetAction(parsed => Run(parsed.ReadFilter(filter), parsed.GetValue(json)));
        return command;
    }

    private static int Run(FilterDocument document, bool json)
    {
        var checkedFilter = document.Guest == GuestArchitecture.Arm ? OfArm(document.ToArm()) : OfX86(document.ToX86());
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(checkedFilter, CheckJsonContext.Default.CheckedFilter));
        }
        else
        {
            Write(checkedFilter);
        }

        return checkedFilter.Kernel is { Accepted: true } ? ExitCode.Success : ExitCode.Failure;
    }

    private static CheckedFilter OfArm(ArmEventFilter filter) => new(
        $"{filter}",
        new Answer(true, 0, "Every range is within the 65536 events of PMUv3 for Armv8.1; a machine of earlier PMUv3 has 1024."),
        null,
        "KVM takes ranges on a vCPU of an Arm host with a PMU for guests, before it runs: they are not asked here.",
        [.. filter.Notices().Select(NoticeJson.Of)]);

    private static CheckedFilter OfX86(PmuEventFilter filter)
    {
        var vendor = FilterVendor.Of(HostDescription.Current) is var own && own == CpuVendor.Arm ? CpuVendor.Other : own;
        var predicted = KernelAnswer.To(filter.ToBytes(), vendor);
        var (kernel, problem) = own == CpuVendor.Arm ? (null, "The filter is for x86 guests, and this machine is of Arm: its kernel cannot be asked.") : Ask(filter);
        return new CheckedFilter(
            $"{filter}",
            new Answer(predicted.Accepted, predicted.Errno, predicted.Because),
            kernel,
            problem,
            predicted.Accepted ? [.. filter.Notices(vendor).Select(NoticeJson.Of)] : []);
    }

    private static (Answer? Kernel, string? Problem) Ask(PmuEventFilter filter)
    {
        try
        {
            using var host = KvmHost.Open();
            if (host.Check(KvmCapability.PmuEventFilter) == 0)
            {
                return (null, "This KVM has no event filters (KVM_CAP_PMU_EVENT_FILTER): Linux 5.2 has.");
            }

            using var machine = host.CreateMachine();
            try
            {
                machine.SetEventFilter(filter);
                return (new Answer(true, 0, "KVM_SET_PMU_EVENT_FILTER succeeded on a machine made for it."), null);
            }
            catch (PerfmonException refused) when (refused.Errno != 0)
            {
                var because = filter.Encoding == FilterEncoding.Masked && host.Check(KvmCapability.MaskedEvents) == 0
                    ? "This KVM takes no masked entries (KVM_CAP_PMU_EVENT_MASKED_EVENTS): Linux 6.2 does. Expand them:  pfmon kvm filter translate --raw"
                    : refused.Message.ReplaceLineEndings(" ");
                return (new Answer(false, refused.Errno, because), null);
            }
        }
        catch (PerfmonException failure)
        {
            return (null, failure.Message.ReplaceLineEndings(" "));
        }
    }

    private static void Write(CheckedFilter filter)
    {
        var kernel = filter.Kernel is { } answer ? Row("kernel", answer) : ["kernel", new Cell("not asked", Terminal.Warning), filter.Problem ?? ""];
        Terminal.Output.WriteLine(filter.Filter, Terminal.Bold);
        Terminal.Output.WriteColumns(
            [Justify.Left, Justify.Left, Justify.Left],
            [
                Row("predicted", filter.Predicted),
                kernel,
                .. filter.Notices.Select(notice => new Cell[] { new("notice", Terminal.Warning), notice.Entry is { } entry ? $"entry {entry}" : "filter", notice.Text }),
            ]);
        if (filter.Kernel is { } asked && asked.Accepted != filter.Predicted.Accepted)
        {
            Terminal.Error.WriteLine("The kernel does otherwise than was predicted: please report it with this output.", Terminal.Warning);
        }
    }

    private static Cell[] Row(string name, Answer answer) => [name, answer.Accepted ? "accepted" : $"refused (errno {answer.Errno})", answer.Because];
}

/// <summary>The JSON of <c>pfmon kvm filter check</c>.</summary>
/// <param name="Filter">The filter in words.</param>
/// <param name="Predicted">What the kernel answers as far as is known.</param>
/// <param name="Kernel">What this machine's kernel answered; null where it was not asked.</param>
/// <param name="Problem">Why the kernel was not asked.</param>
/// <param name="Notices">What is surely not meant.</param>
internal sealed record CheckedFilter(string Filter, Answer Predicted, Answer? Kernel, string? Problem, IReadOnlyList<NoticeJson> Notices);

/// <summary>An answer to a filter.</summary>
internal sealed record Answer(bool Accepted, int Errno, string Because);

/// <summary>A notice about a filter.</summary>
internal sealed record NoticeJson(string Kind, int? Entry, string Text)
{
    public static NoticeJson Of(FilterNotice notice) => new(JsonNamingPolicy.SnakeCaseLower.ConvertName($"{notice.Kind}"), notice.Entry, notice.Text);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(CheckedFilter))]
internal sealed partial class CheckJsonContext : JsonSerializerContext;
