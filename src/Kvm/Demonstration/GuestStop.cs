namespace Perfmon.Kvm.Demonstration;

/// <summary>Why a guest stands.</summary>
public enum GuestStop
{
    /// <summary>All its vCPUs halted.</summary>
    Halted,

    /// <summary>A vCPU wrote <see cref="MinimalGuest.CheckpointPort"/>. The guest goes on when it is run again.</summary>
    Checkpoint,

    /// <summary>It was told to. It goes on when it is run again.</summary>
    Stopped,

    /// <summary>A vCPU cannot go on: a triple fault, or what KVM could not interpret.</summary>
    Crashed,
}
