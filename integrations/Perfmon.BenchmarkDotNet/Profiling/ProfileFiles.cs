namespace Perfmon.BenchmarkDotNet.Profiling;

/// <summary>What was written of a benchmark's profile.</summary>
/// <param name="Summary">How much was sampled, or why nothing was.</param>
/// <param name="Paths">The files.</param>
/// <param name="Notes">What is missing, and what keeps names from being found.</param>
internal sealed record ProfileFiles(string Summary, IReadOnlyList<string> Paths, IReadOnlyList<string> Notes);
