using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm;

/// <summary>The refusals of KVM and of its descriptors' types, one a method.</summary>
internal static class KvmErrors
{
    public static PerfmonException CannotOpen(string path, Errno error) => error switch
    {
        Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => new(
            PerfmonReason.NotSupported,
            $"""
            Cannot use KVM.
            open {path}: {error}. The kernel has no KVM, its module is not loaded, or this system does not show the device.
            Load the module (sudo modprobe kvm_intel, or kvm_amd), or give a container the device:  --device /dev/kvm
            """,
            (int)error),
        Errno.EACCES or Errno.EPERM => new(
            PerfmonReason.NotPermitted,
            $"""
            Cannot use KVM.
            open {path}: {error}. The device's permissions do not include this user.
            Become a member of its group and log in anew:  sudo usermod -aG kvm $USER
            """,
            (int)error),
        _ => new(PerfmonReason.Unexpected, $"Cannot use KVM.\nopen {path}: {error}.", (int)error),
    };

    public static PerfmonException NotKvm(string path, KernelResult version) => new(
        PerfmonReason.NotSupported,
        $"""
        Cannot use KVM.
        KVM_GET_API_VERSION on {path}: {(version.Failed ? version.Error.ToString() : $"version {version.Value}")}; version 12 is expected.
        {path} is not the kernel's KVM device.
        """,
        version.Failed ? (int)version.Error : 0);

    public static PerfmonException Refused(string what, string request, Errno error) => error switch
    {
        Errno.EIO => ForeignMachine(what, request),
        Errno.EMFILE or Errno.ENFILE => new(
            PerfmonReason.LimitReached,
            $"""
            Cannot {what}.
            {request}: {error}. No descriptor is left{(error == Errno.EMFILE ? " to this process" : " in this system")}.
            Close some, or raise the limit:  ulimit -n
            """,
            (int)error),
        Errno.ENOMEM => new(PerfmonReason.LimitReached, $"Cannot {what}.\n{request}: ENOMEM. The kernel has not enough memory for it.", (int)error),
        _ => new(PerfmonReason.Unexpected, $"Cannot {what}.\n{request}: {error}.", (int)error),
    };

    // KVM compares the caller's memory with that of the process that made the machine, before it looks at anything else.
    public static PerfmonException ForeignMachine(string what, string request) => new(
        PerfmonReason.NotPermitted,
        $"""
        Cannot {what}.
        {request}: EIO. KVM takes requests on a machine only from the process that made it, however another came by its descriptor.
        Let that program do it: with this library in the program itself, or by its options when it starts.
        """,
        (int)Errno.EIO);

    public static PerfmonException NoSuchProcess(int processId) => new(
        PerfmonReason.NoSuchTarget, $"Cannot take the virtual machine of process {processId}.\nThere is no such process, or it has ended.", (int)Errno.ESRCH);

    public static PerfmonException NoMachine(int processId) => new(
        PerfmonReason.NoSuchTarget,
        $"Cannot take the virtual machine of process {processId}.\nNone of its descriptors is one of a virtual machine (anon_inode:kvm-vm in /proc/{processId}/fd).",
        (int)Errno.ENODEV);

    public static PerfmonException CannotCopy(int processId, Errno error) => new(
        error is Errno.EPERM or Errno.EACCES ? PerfmonReason.NotPermitted : PerfmonReason.Unexpected,
        $"""
        Cannot take the virtual machine of process {processId}.
        pidfd_getfd: {error}. It takes the right to trace that process (ptrace): the same user, or CAP_SYS_PTRACE.
        Run this as that user or as root.
        """,
        (int)error);

    public static PerfmonException FilterRefused(string what, Errno error, string because) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot {what}.
        KVM_SET_PMU_EVENT_FILTER: {error}. {because}
        See what is in it:  pfmon kvm filter check FILTER
        """,
        (int)error);

    public static PerfmonException NotOffered(string what, string capability, string since) => new(
        PerfmonReason.NotSupported,
        $"""
        Cannot {what}.
        KVM_CHECK_EXTENSION of {capability}: 0. This kernel, or this machine's CPU, does not offer it.
        It came with {since}.
        """,
        (int)Errno.EOPNOTSUPP);

    /// <summary>The answer of KVM_CHECK_EXTENSION; it fails for no capability.</summary>
    public static int Checked(IKvmKernel kernel, KvmDescriptor descriptor, KvmCapability capability)
    {
        var answer = kernel.Request(descriptor.Number, KvmRequest.CheckExtension, (long)capability);
        return answer.Failed ? throw Refused($"ask KVM for {capability}", "KVM_CHECK_EXTENSION", answer.Error) : (int)answer.Value;
    }
}
