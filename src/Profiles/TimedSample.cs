namespace Perfmon.Profiles;

/// <summary>A sample in a time line, as it is kept in a temporary file.</summary>
internal readonly record struct TimedSample(long Time, long Weight, int Node);
