using System.CommandLine;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary><c>pfmon kvm filter build</c>: a filter of events, in a form of choice.</summary>
internal static class BuildCommand
{
    private const string DefaultX86Form = "qemu-2025-04";
    private const string DefaultArmForm = "arm";

    public static Command Create()
    {
        var events = new Argument<string[]>("EVENT")
        {
            Description = "SELECT/UMASK, SELECT/MATCH:MASK for all umasks that are MATCH under MASK, a raw code 0xNN, fixed:N, "
                + "a range of Arm events 0x23-0x3a, or the name of an architectural event.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var allow = OptionValues.Flag("--allow", "A guest may count these events, and no others.");
        var deny = OptionValues.Flag("--deny", "A guest may count all events but these.");
        var exclude = new Option<string[]>("--exclude") { Description = "Take these out of what the events list.", HelpName = "EVENT[,EVENT…]" };
        var fixedCounters = new Option<string[]>("--fixed") { Description = "List these fixed counters.", HelpName = "N[,N…]" };
        var form = FilterOptions.Form();
        form.Description += $" [default: {DefaultX86Form}; {DefaultArmForm} for Arm guests]";
        var guest = FilterOptions.Guest();
        var vendor = FilterOptions.Vendor();
        var json = FilterOptions.Json("Write one JSON object with the arguments for QEMU.");
        var command = new Command("build", "Makes a filter.") { events, allow, deny, exclude, fixedCounters, form, guest, vendor, json };
        command.SetAction(parsed =>
        {
            OptionValues.Refuse(parsed.GetValue(allow) == parsed.GetValue(deny), "Give one of --allow and --deny: KVM has one action for a whole filter.");
            return Run(new BuildRequest(
                parsed.GetValue(allow) ? FilterAction.Allow : FilterAction.Deny,
                FilterParts.Split(parsed.GetValue(events) ?? []),
                FilterParts.Split(parsed.GetValue(exclude) ?? []),
                FilterParts.Split(parsed.GetValue(fixedCounters) ?? []),
                parsed.ReadForm(form),
                parsed.ReadGuest(guest),
                parsed.ReadVendor(vendor),
                parsed.GetValue(json)));
        });
        return command;
    }

    private static int Run(BuildRequest request)
    {
        FilterOutput.Write(IsForArm(request) ? OnArm(request) : OnX86(request), request.Json);
        return ExitCode.Success;
    }

    private static bool IsForArm(BuildRequest request) =>
        (request.Form?.Guest ?? request.Guest ?? (request.Events.Any(FilterParts.IsRange) ? GuestArchitecture.Arm : GuestArchitecture.X86)) == GuestArchitecture.Arm;

    private static WrittenFilter OnX86(BuildRequest request)
    {
        var included = request.Events.Where(part => !FilterParts.IsFixedCounter(part)).Select(part => FilterParts.X86Event(part, request.Vendor)).ToList();
        var excluded = request.Excluded.Select(part => FilterParts.X86Event(part, request.Vendor)).ToList();
        if (excluded.Count > 0 || included.Any(one => one.Encoding == FilterEncoding.Masked))
        {
            included = [.. included.Select(Masked), .. excluded.Select(one => Masked(one) with { Exclude = true })];
        }

        var fixedCounters = FilterParts.FixedCounters([.. request.FixedCounters, .. request.Events.Where(FilterParts.IsFixedCounter)]);
        var filter = PmuEventFilter.Create(request.Action, included, fixedCounters, request.Vendor);
        var vendor = request.Vendor ?? HostDescription.Current.Cpu.Vendor;
        FilterOptions.Warn(vendor == CpuVendor.Arm ? [] : filter.Notices(vendor).Select(notice => notice.Text));
        return (request.Form ?? FilterForm.Named(DefaultX86Form)).Write(filter);
    }

    private static WrittenFilter OnArm(BuildRequest request)
    {
        OptionValues.Refuse(
            request.Excluded.Count > 0,
            "--exclude: filters of Arm guests have ranges, and no entry that excludes.\nDeny what is to be left out, or list ranges beside it.");
        OptionValues.Refuse(
            request.FixedCounters.Count > 0 || request.Events.Any(FilterParts.IsFixedCounter),
            "--fixed: Arm guests have no fixed counters.\nTheir cycle counter goes with event 0x11.");
        var filter = ArmEventFilter.Create(request.Events.Select(part => FilterParts.ArmRange(part, request.Action)));
        FilterOptions.Warn(filter.Notices().Select(notice => notice.Text));
        return (request.Form ?? FilterForm.Named(DefaultArmForm)).Write(filter);
    }

    private static MaskedEvent Masked(FilterEvent one) => one.As(FilterEncoding.Masked) as MaskedEvent
        ?? throw ToolException.WrongUsage($"{one} cannot stand among masked entries: no event is like it.\nLeave it out.");
}

/// <summary>What <c>pfmon kvm filter build</c> is asked for.</summary>
internal sealed record BuildRequest(
    FilterAction Action,
    IReadOnlyList<string> Events,
    IReadOnlyList<string> Excluded,
    IReadOnlyList<string> FixedCounters,
    FilterForm? Form,
    GuestArchitecture? Guest,
    CpuVendor? Vendor,
    bool Json);
