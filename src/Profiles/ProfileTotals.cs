namespace Perfmon.Profiles;

/// <summary>The sums of a profile, by event, and what it lacks.</summary>
/// <param name="Events">What was added of each event of the description, in its order.</param>
/// <param name="Losses">What is missing.</param>
/// <param name="FirstTime">The earliest sample's time, in ns; 0 where there is none.</param>
/// <param name="LastTime">The latest sample's time, likewise.</param>
/// <param name="Reordered">Samples that came later than a later one of their thread. Formats with a time line show them at that one's time.</param>
public sealed record ProfileTotals(IReadOnlyList<EventTotal> Events, ProfileLosses Losses, long FirstTime, long LastTime, long Reordered = 0);
