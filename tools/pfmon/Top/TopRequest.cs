using Perfmon.Tool.Sample;

namespace Perfmon.Tool.Top;

/// <summary>What <c>pfmon top</c> is to do.</summary>
/// <param name="Sample">What is sampled.</param>
/// <param name="Delay">From one table to the next.</param>
/// <param name="Tables">How many tables; null: until it is ended.</param>
/// <param name="Rows">The most functions of a table; null: as many as the window has room for, 20 where there is none.</param>
internal sealed record TopRequest(SampleRequest Sample, TimeSpan Delay, int? Tables, int? Rows);
