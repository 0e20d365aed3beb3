using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// Here BenchmarkDotNet builds all of Perfmon along, which takes its time; with the package it does not.
var config = ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(10));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
