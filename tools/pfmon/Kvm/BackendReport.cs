using System.Text.Json.Serialization;
using Perfmon.Kvm.Arm;

namespace Perfmon.Tool.Kvm;

/// <summary>What <c>pfmon kvm backend</c> tells; its JSON has these names in snake case.</summary>
internal sealed record BackendReport
{
    public required OfferFacts Kvm { get; init; }

    /// <summary>The CPUs that could ever be plugged in; empty where the host does not say.</summary>
    public required string PossibleCpus { get; init; }

    public required ArmPmuBackendKind Backend { get; init; }

    /// <summary>The event source, where it is one.</summary>
    public required string? Pmu { get; init; }

    public required uint? PmuType { get; init; }

    /// <summary>The only CPUs on which the vCPUs may run; null: any.</summary>
    public required string? VcpuCpus { get; init; }

    public required IReadOnlyList<CandidateFacts> Candidates { get; init; }

    public static BackendReport Of(ArmPmuHost host, ArmPmuOffer offer, bool asked, ArmPmuChoice choice) => new()
    {
        Kvm = new OfferFacts(offer.VirtualPmu, offer.SelectPmu, offer.FixedCountersOnly, asked),
        PossibleCpus = $"{host.PossibleCpus}",
        Backend = choice.Kind,
        Pmu = choice.Taken.Source?.Name,
        PmuType = choice.PmuType,
        VcpuCpus = choice.VcpuCpus?.ToString(),
        Candidates = [.. choice.Candidates.Select(CandidateFacts.Of)],
    };
}

/// <summary>What KVM offers.</summary>
/// <param name="VirtualPmu">Guests can have a PMU.</param>
/// <param name="SetPmu">It can be told which.</param>
/// <param name="FixedCountersOnly">It has a PMU of the counters that all cores have.</param>
/// <param name="Asked">Whether the kernel said so, or the user.</param>
internal sealed record OfferFacts(bool VirtualPmu, bool SetPmu, bool FixedCountersOnly, bool Asked);

/// <summary>A candidate.</summary>
internal sealed record CandidateFacts(ArmPmuBackendKind Kind, string Name, uint? Type, string? Cpus, bool Taken, string Reason)
{
    public static CandidateFacts Of(ArmPmuCandidate candidate) => new(
        candidate.Kind, candidate.Name, candidate.Source?.Type, candidate.Source?.Cpus?.ToString(), candidate.Taken, candidate.Reason);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(BackendKindConverter)])]
[JsonSerializable(typeof(BackendReport))]
internal sealed partial class BackendJsonContext : JsonSerializerContext;

/// <summary>Kinds by name: <c>event_source</c>, <c>kernel_default</c>, <c>fixed_counters</c>, <c>none</c>.</summary>
internal sealed class BackendKindConverter() : JsonStringEnumConverter<ArmPmuBackendKind>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
