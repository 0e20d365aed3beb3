using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Arm;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;

namespace Perfmon.Tool.Kvm;

/// <summary><c>pfmon kvm backend</c>: what the PMU of a guest counts with on an Arm host, and why not with the rest.</summary>
internal static class BackendCommand
{
    private static readonly Dictionary<string, Func<ArmPmuOffer, ArmPmuOffer>> s_offers = new(StringComparer.Ordinal)
    {
        ["none"] = offer => offer with { VirtualPmu = false },
        ["default"] = offer => offer,
        ["set-pmu"] = offer => offer with { SelectPmu = true },
        ["fixed-counters"] = offer => offer with { FixedCountersOnly = true },
    };

    public static Command Create()
    {
        var pmu = new Option<string?>("--pmu") { Description = "The event source to take, by name or type.", HelpName = "NAME|TYPE" };
        var compatible = new Option<bool>("--compatible") { Description = "What old machines had: the kernel's default.", Arity = ArgumentArity.Zero };
        var sys = new Option<string?>("--sys") { Description = "A copy of another host's /sys.", HelpName = "DIR" };
        var offers = new Option<ArmPmuOffer?>("--offers")
        {
            Description = "With --sys: what KVM there offers beyond its default PMU: set-pmu, fixed-counters, default, or none for no virtual PMU. As if set-pmu were given.",
            HelpName = "WHAT[,WHAT…]",
            CustomParser = ParseOffers,
        };
        var json = new Option<bool>("--json", "-j") { Description = "Write one JSON object.", Arity = ArgumentArity.Zero };
        var command = new Command("backend", "Shows what the PMU of a guest counts with on an Arm host, and why not with the rest.") { pmu, compatible, sys, offers, json };
        command.SetAction(result => Run(
            new ArmPmuWish { Source = result.GetValue(pmu), Compatible = result.GetValue(compatible) }, result.GetValue(sys), result.GetValue(offers), result.GetValue(json)));
        return command;
    }

    private static int Run(ArmPmuWish wish, string? sys, ArmPmuOffer? offers, bool json)
    {
        var report = sys is null ? Here(wish, offers) : There(wish, sys, offers ?? new(VirtualPmu: true, SelectPmu: true, FixedCountersOnly: false));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, BackendJsonContext.Default.BackendReport));
        }
        else
        {
            BackendText.Write(Terminal.Output, report);
        }

        return ExitCode.Success;
    }

    private static BackendReport Here(ArmPmuWish wish, ArmPmuOffer? offers)
    {
        if (offers is not null)
        {
            throw ToolException.WrongUsage("--offers is for --sys: this machine's KVM is asked.");
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.Arm64)
        {
            throw new ToolException(
                """
                Cannot choose a PMU back end here.
                There is a choice on Arm hosts only, whose cores may differ; on x86 a guest's PMU counts with the CPU's.
                Try it for another host, with a copy of its sysfs:  pfmon kvm backend --sys DIR
                """,
                ExitCode.Failure);
        }

        using var kvm = KvmHost.Open();
        var offer = ArmPmuOffer.Ask(kvm);
        var host = ArmPmuHost.Read(HostRoots.System);
        return BackendReport.Of(host, offer, asked: true, ArmPmuBackends.Choose(host, offer, wish));
    }

    private static BackendReport There(ArmPmuWish wish, string sys, ArmPmuOffer offer)
    {
        var devices = Path.Combine(sys, "bus/event_source/devices");
        if (!Directory.Exists(devices))
        {
            throw new ToolException($"There is no copy of a host's sysfs at '{sys}': it has no folder bus/event_source/devices.", ExitCode.Failure);
        }

        var host = ArmPmuHost.Read(HostRoots.System with { Sys = sys });
        return BackendReport.Of(host, offer, asked: false, ArmPmuBackends.Choose(host, offer, wish));
    }

    private static ArmPmuOffer? ParseOffers(ArgumentResult argument)
    {
        var offer = new ArmPmuOffer(VirtualPmu: true, SelectPmu: false, FixedCountersOnly: false);
        foreach (var word in argument.Tokens[0].Value.Split(','))
        {
            if (!s_offers.TryGetValue(word, out var apply))
            {
                argument.AddError($"--offers: '{word}' is not one of {string.Join(", ", s_offers.Keys)}.");
                return null;
            }

            offer = apply(offer);
        }

        return offer;
    }
}
