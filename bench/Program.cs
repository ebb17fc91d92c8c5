using System.Diagnostics;
using MLSeqGraph.Bench;

Dictionary<string, Func<ICase>> cases = new()
{
    ["lstm_train"] = () => new RecurrentCase("LSTM", 64, 100, 64, 128, train: true),
    ["lstm_infer"] = () => new RecurrentCase("LSTM", 64, 100, 64, 128, train: false),
    ["lstm_small_train"] = () => new RecurrentCase("LSTM", 32, 50, 16, 32, train: true),
    ["gru_train"] = () => new RecurrentCase("GRU", 64, 100, 64, 128, train: true),
    ["rnn_train"] = () => new RecurrentCase("RNN", 64, 100, 64, 128, train: true),
};
foreach (var name in args.Length > 0 ? args : [.. cases.Keys])
    foreach (var threads in (int[])[1, 2])
    {
        using var work = cases[name]();
        work.Setup(threads);
        for (var i = 0; i < 5; i++)
            work.Run();
        var times = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work.Run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine($"{name} threads {threads}: median {times[15]:0.00} ms, min {times[0]:0.00} ms");
    }
