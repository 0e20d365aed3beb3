using System.Globalization;
using System.Runtime.InteropServices;
using static Tmds.Linux.LibC;

namespace Perfmon.Native;

/// <summary>
/// Starts a command that waits before its program is executed, so that counters with <c>enable_on_exec</c> count the program from
/// its first instruction and nothing else.
/// </summary>
/// <remarks>
/// .NET cannot fork safely, and <c>posix_spawn</c> has no way to stop the child before it executes. So a shell is started that reads one
/// line from a pipe and then replaces itself with the program; should this process die first, the shell reads the end of the
/// pipe and exits.
/// </remarks>
internal static unsafe partial class WaitingCommand
{
    private const string Libc = "libc.so.6";
    private const int CloseOnExec = 0x80000;
    private const int SigPipe = 13;
    private const short SetSignalDefaults = 4; // POSIX_SPAWN_SETSIGDEF

    public static KernelResult Spawn(string program, IReadOnlyList<string> arguments, bool outputToError, out SpawnedCommand command)
    {
        command = default;
        var pipe = stackalloc int[2];
        var created = LinuxKernel.Result(pipe2(pipe, CloseOnExec));
        if (created.Failed)
        {
            return created;
        }

        var waitDescriptor = FreeDigit();
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"read -r _ <&{waitDescriptor} || exit 125; exec {waitDescriptor}<&-; exec \"$@\"{(outputToError ? " >&2" : "")}");
        string[] shell = ["/bin/sh", "-c", script, "sh", program, .. arguments];
        var error = Spawn(shell, pipe[0], waitDescriptor, out var processId);
        _ = close(pipe[0]);
        if (error != 0)
        {
            _ = close(pipe[1]);
            return KernelResult.Failure((Errno)error);
        }

        command = new SpawnedCommand(processId, pipe[1]);
        return KernelResult.Success;
    }

    // The shell reads from single-digit descriptors only; the highest that the caller does not pass on to the command is taken.
    private static int FreeDigit()
    {
        const int getFlags = 1;
        const int closeOnExecFlag = 1;
        for (var digit = 9; digit > 3; digit--)
        {
            var flags = fcntl(digit, getFlags);
            if (flags < 0 || (flags & closeOnExecFlag) != 0)
            {
                return digit;
            }
        }

        return 3;
    }

    private static int Spawn(string[] arguments, int pipeDescriptor, int waitDescriptor, out int processId)
    {
        // SAFETY: glibc's posix_spawn_file_actions_t is 80 bytes and its posix_spawnattr_t 336, musl's are smaller; both are opaque,
        // initialised and destroyed here. sigset_t is 128 bytes. The argument vectors end with null and outlive the call.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[512];
        var signals = stackalloc byte[128];
        var argumentVector = NativeVector(arguments);
        var environmentVector = NativeVector(Environment());
        processId = 0;
        try
        {
            _ = posix_spawn_file_actions_init(actions);
            _ = posix_spawnattr_init(attributes);

            // .NET ignores SIGPIPE, and what is ignored stays ignored in the program: `yes | head` would never end.
            new Span<byte>(signals, 128).Clear();
            signals[(SigPipe - 1) / 8] |= 1 << ((SigPipe - 1) % 8);
            _ = posix_spawnattr_setsigdefault(attributes, signals);
            _ = posix_spawnattr_setflags(attributes, SetSignalDefaults);
            var error = posix_spawn_file_actions_adddup2(actions, pipeDescriptor, waitDescriptor);
            int pid = 0;
            if (error == 0)
            {
                error = posix_spawn(&pid, *argumentVector, actions, attributes, argumentVector, environmentVector);
            }

            processId = pid;
            return error;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
            Free(argumentVector);
            Free(environmentVector);
        }
    }

    private static string[] Environment()
    {
        var variables = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables.Add($"{variable.Key}={variable.Value}");
        }

        return [.. variables];
    }

    private static byte** NativeVector(string[] texts)
    {
        var vector = (byte**)NativeMemory.Alloc((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Length; i++)
        {
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        vector[texts.Length] = null;
        return vector;
    }

    private static void Free(byte** vector)
    {
        for (var entry = vector; *entry != null; entry++)
        {
            Marshal.FreeCoTaskMem((nint)(*entry));
        }

        NativeMemory.Free(vector);
    }

    [LibraryImport(Libc)]
    private static partial int posix_spawn(
        int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int newDescriptor);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_destroy(byte* attributes);
}
