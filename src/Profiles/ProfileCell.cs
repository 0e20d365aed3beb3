namespace Perfmon.Profiles;

/// <summary>What an event has in one thread with one stack.</summary>
/// <param name="Event">The event, as its index in <see cref="ProfileDescription.Events"/>.</param>
/// <param name="Thread">The thread, as its index in <see cref="Profile.Threads"/>.</param>
/// <param name="Node">The stack, as its node in <see cref="Profile.Stacks"/>.</param>
/// <param name="Self">The weight and the samples of exactly this stack.</param>
public readonly record struct ProfileCell(int Event, int Thread, int Node, EventTotal Self);
