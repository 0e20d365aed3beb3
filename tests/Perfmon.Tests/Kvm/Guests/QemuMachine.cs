using System.Diagnostics;
using Perfmon.Diagnostics;
using Perfmon.Kvm.Guests;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>A QEMU with one vCPU of two that there may be, whose disk's boot sector writes a port for ever.</summary>
internal sealed class QemuMachine : IDisposable
{
    // cli; out 0x80, al; jump back: 512 bytes that end with the signature of a boot sector.
    private static readonly byte[] s_loop = [0xFA, 0xE6, 0x80, 0xEB, 0xFC];

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-qemu-").FullName;
    private readonly Process _process;

    private QemuMachine(string[] options)
    {
        var sector = new byte[512];
        s_loop.CopyTo(sector, 0);
        (sector[510], sector[511]) = (0x55, 0xAA);
        File.WriteAllBytes(Path.Combine(_folder, "disk.img"), sector);
        string[] arguments =
        [
            "-accel", "kvm", "-machine", "pc", "-cpu", "qemu64", "-m", "16", "-smp", "1,maxcpus=2", "-nodefaults", "-display", "none",
            "-drive", $"file={_folder}/disk.img,format=raw,if=ide,snapshot=on", "-qmp", $"unix:{Monitor},server=on,wait=off", .. options,
        ];
        _process = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public string Monitor => Path.Combine(_folder, "qmp.sock");

    /// <summary>Starts QEMU with a monitor.</summary>
    /// <param name="names">Whether threads have the names of vCPUs.</param>
    public static QemuMachine Start(bool names)
    {
        Requires.X86Qemu();
        Requires.Root();
        var machine = new QemuMachine(names ? ["-name", "test,debug-threads=on"] : []);
        machine.WaitForMonitor();
        return machine;
    }

    /// <summary>Plugs the second vCPU in.</summary>
    public void Plug()
    {
        using var monitor = QmpConnection.Open(Monitor);
        monitor.Execute("device_add", arguments =>
        {
            arguments.WriteString("driver", "qemu64-x86_64-cpu");
            arguments.WriteString("id", "second");
            arguments.WriteNumber("socket-id", 0);
            arguments.WriteNumber("core-id", 1);
            arguments.WriteNumber("thread-id", 0);
        }).Dispose();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The socket is there before somebody listens at it, and before the machine; it answers when the machine is.
    private void WaitForMonitor()
    {
        Assert.True(SpinWait.SpinUntil(() => _process.HasExited || Answers(), TimeSpan.FromSeconds(60)) && !_process.HasExited, "QEMU did not start");

        bool Answers()
        {
            try
            {
                QmpConnection.Open(Monitor, TimeSpan.FromSeconds(60)).Dispose();
                return true;
            }
            catch (PerfmonException early) when (early.Reason == PerfmonReason.NoSuchTarget)
            {
                return false;
            }
        }
    }
}
