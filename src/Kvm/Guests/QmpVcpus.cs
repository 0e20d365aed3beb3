using System.Text.Json;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Guests;

/// <summary>The threads of vCPUs as QEMU's monitor tells them: <c>query-cpus-fast</c>.</summary>
internal static class QmpVcpus
{
    private const int MostVcpus = 65_536;

    /// <summary>A VMM's vCPUs and their threads, by number.</summary>
    /// <param name="connection">The monitor.</param>
    /// <param name="path">Its socket, for messages.</param>
    /// <param name="machine">The VMM that it is said to be of.</param>
    /// <param name="threads">The threads of that process.</param>
    /// <exception cref="PerfmonException">The monitor does not answer as QEMU does, or is another process's.</exception>
    public static VirtualMachine Apply(QmpConnection connection, string path, VirtualMachine machine, IReadOnlyList<int> threads)
    {
        var vcpus = Read(connection, path).Select(one => new VcpuThread(one.Index, one.Thread)).OrderBy(one => one.Vcpu).ToList();
        if (vcpus.Find(one => !threads.Contains(one.ThreadId)) is { } foreign)
        {
            throw QmpErrors.Refused(
                path, "query-cpus-fast", $"it says that thread {foreign.ThreadId} runs vCPU {foreign.Vcpu}, and process {machine.ProcessId} has no such thread: the monitor is another process's, or that of a container that numbers threads on its own.");
        }

        var fits = machine.VcpuNumbers.SequenceEqual(vcpus.Select(one => one.Vcpu));
        return machine with
        {
            Vcpus = vcpus,
            Source = VcpuSource.Monitor,
            AreNumbersOfKvm = fits,
            Problems = fits || machine.VcpuNumbers.Count == 0
                ? []
                : [$"KVM numbers its vCPUs {string.Join(", ", machine.VcpuNumbers)}; the monitor says {string.Join(", ", vcpus.Select(one => one.Vcpu))}, which are the numbers used here."],
        };
    }

    /// <summary>Each vCPU's number, thread, and its name among QEMU's objects.</summary>
    public static List<(int Index, int Thread, string Object)> Read(QmpConnection connection, string path)
    {
        const string command = "query-cpus-fast";
        using var answer = connection.Execute(command);
        var list = answer.RootElement.GetProperty("return");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostVcpus)
        {
            throw QmpErrors.Garbled(path, $"{command} gave no list of vCPUs");
        }

        var vcpus = new List<(int Index, int Thread, string Object)>();
        foreach (var entry in list.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || Number(entry, "cpu-index") is not { } index || Number(entry, "thread-id") is not { } thread || vcpus.Exists(one => one.Index == index))
            {
                throw QmpErrors.Garbled(path, $"{command} gave {HostReader.Quote(entry.GetRawText())}");
            }

            vcpus.Add((index, thread, entry.TryGetProperty("qom-path", out var name) ? name.ToString() : ""));
        }

        return vcpus;
    }

    private static int? Number(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number : null;
}
