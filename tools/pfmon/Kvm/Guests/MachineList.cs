using Perfmon.Host;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>The virtual machines that run, with the threads of their vCPUs.</summary>
internal static class MachineList
{
    public static void Write(VirtualMachines machines, bool json)
    {
        if (json)
        {
            WriteJson(machines);
            return;
        }

        var console = Terminal.Output;
        if (machines.Found.Count == 0)
        {
            console.WriteLine("No virtual machine of KVM is seen to run.");
        }

        foreach (var machine in machines.Found)
        {
            var source = machine.Source switch
            {
                VcpuSource.ThreadNames => "by the names of its threads",
                VcpuSource.DebugFs => "by debugfs",
                VcpuSource.Monitor => "by its monitor",
                _ => "",
            };
            console.WriteLine($"{machine.Name}  process {machine.ProcessId}{(machine.Machines > 1 ? $"  {machine.Machines} virtual machines" : "")}", Terminal.Bold);
            console.WriteColumns(
                [Justify.Left, Justify.Left, Justify.Left],
                [.. machine.Vcpus.Select((vcpu, i) => new Cell[] { $"vCPU {vcpu.Vcpu}", $"thread {vcpu.ThreadId}", new Cell(i == 0 ? source : "", Terminal.Dim) })],
                indent: 2);
            foreach (var problem in machine.Problems)
            {
                console.WriteLine($"  {problem}", Terminal.Warning);
            }
        }

        if (machines.NotReadable > 0 || machines.AreOthersHidden)
        {
            console.WriteLine(
                machines.AreOthersHidden ? "Processes of other users are hidden (mount option hidepid)."
                : $"Processes that {(Environment.IsPrivilegedProcess ? "even root may not look at here" : "this user may not look at")}: {machines.NotReadable}.{(Environment.IsPrivilegedProcess ? "" : " Run as root to see theirs.")}",
                Terminal.Warning);
        }

        if (machines.Found is [var first, ..])
        {
            console.WriteLine($"Count one:  pfmon kvm stat --vm {first.ProcessId}", Terminal.Dim);
        }
    }

    private static void WriteJson(VirtualMachines machines) => Console.Out.WriteLine(Json.Text(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("machines");
        foreach (var machine in machines.Found)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("vm");
            GuestJson.WriteMachine(writer, machine);
            Json.Number(writer, "machines", machine.Machines);
            Json.Texts(writer, "problems", machine.Problems);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("not_readable", machines.NotReadable);
        writer.WriteBoolean("others_hidden", machines.AreOthersHidden);
        writer.WriteEndObject();
    }));
}
