namespace Perfmon.Profiles;

/// <summary>An event that was sampled.</summary>
/// <param name="Name">Its name, as it was asked for: <c>cycles:u</c>.</param>
/// <param name="Unit">What it counts in.</param>
/// <param name="Period">The events from one sample to the next, where that is fixed; 0 where it is not (a frequency), or unknown.</param>
public sealed record ProfileEvent(string Name, ProfileUnit Unit = ProfileUnit.Count, long Period = 0);
