using System.Collections.Concurrent;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Tests.Session;

public sealed class DescriptorLoopTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly DescriptorLoop _loop = Start();
    private readonly BlockingCollection<Handler> _calls = [];
    private readonly List<SafeKernelHandle> _descriptors = [];

    public void Dispose()
    {
        _descriptors.ForEach(descriptor => descriptor.Dispose());
        _calls.Dispose();
    }

    [Fact]
    public void Each_of_many_descriptors_calls_its_own_handler_once_each_time()
    {
        // More than one wait tells of.
        Handler[] handlers = [.. Enumerable.Range(0, 200).Select(_ => Watch())];
        for (var time = 0; time < 3; time++)
        {
            foreach (var handler in handlers)
            {
                handler.Signal();
            }

            var called = handlers.Select(_ => NextCall()).ToList();
            Assert.Equal(handlers.Length, called.Distinct().Count());
        }

        Assert.False(_calls.TryTake(out _));
    }

    [Fact]
    public void Who_could_not_serve_is_asked_again_and_others_are_served_meanwhile()
    {
        var busy = Watch(refusals: 1000);
        var other = Watch();
        busy.Signal();
        Assert.Same(busy, NextCall());
        other.Signal();
        Handler[] calls = [.. Enumerable.Range(0, 1001).Select(_ => NextCall())];
        Assert.Single(calls, other);
        Assert.Equal(1000, calls.Count(call => call == busy));
        Assert.True(busy.IsServed);

        // It waits again.
        other.Signal();
        Assert.Same(other, NextCall());
        Assert.False(_calls.TryTake(out _));
    }

    [Fact]
    public void What_is_watched_no_more_calls_nobody()
    {
        var ended = Watch();
        var other = Watch();
        ended.Watching.Dispose();
        ended.Watching.Dispose();
        ended.Signal();
        other.Signal();
        Assert.Same(other, NextCall());
        Assert.False(_calls.TryTake(out _));
    }

    [Fact]
    public void What_cannot_be_watched_is_an_error_and_leaves_nothing()
    {
        using var file = File.OpenHandle("/proc/self/exe");
        var result = _loop.TryWatch((int)file.DangerousGetHandle(), new Handler(this, 0, 0), out var watch);

        // A file is always readable: epoll takes none.
        Assert.Equal(Errno.EPERM, result.Error);
        Assert.Null(watch);
    }

    private static DescriptorLoop Start()
    {
        Assert.False(DescriptorLoop.TryStart(LinuxKernel.Instance, "Test loop", prepare: null, out var loop).Failed);
        return loop!;
    }

    private Handler Watch(int refusals = 0)
    {
        var descriptor = new SafeKernelHandle(LinuxKernel.Instance, (int)LinuxKernel.Instance.EventCreate().Value);
        _descriptors.Add(descriptor);
        var handler = new Handler(this, descriptor.Descriptor, refusals);
        Assert.False(_loop.TryWatch(descriptor.Descriptor, handler, out var watch).Failed);
        handler.Watching = watch!;
        return handler;
    }

    private Handler NextCall()
    {
        Assert.True(_calls.TryTake(out var call, s_patience), "The loop calls nobody.");
        return call;
    }

    private sealed class Handler(DescriptorLoopTests test, int descriptor, int refusals) : IDescriptorHandler
    {
        private int _refusals = refusals;

        public IDisposable Watching { get; set; } = null!;

        public bool IsServed => Volatile.Read(ref _refusals) < 0;

        public void Signal() => Assert.False(LinuxKernel.Instance.EventSignal(descriptor).Failed);

        public bool TryServe()
        {
            var served = --_refusals < 0;
            test._calls.Add(this);
            return served;
        }
    }
}
