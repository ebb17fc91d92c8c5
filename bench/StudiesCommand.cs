using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Bench;

/// <summary>What a trial costs a study's database as the study grows, and how many workers that is enough for.</summary>
internal static class StudiesCommand
{
    private static readonly int[] Ends = [100, 1000, 3000];

    internal static Command Create()
    {
        var database = new Option<string>("--database")
        {
            Description = "A SQLite file to write, or a connection string of PostgreSQL.", DefaultValueFactory = _ => "bench-study.db",
        };
        var epochs = new Option<int>("--epochs") { Description = "Reports of a trial.", DefaultValueFactory = _ => 10 };
        var command = new Command("studies", "Milliseconds of a trial that does nothing, by the trials that the study has.")
        {
            database, epochs,
        };
        command.SetAction(parsed =>
        {
            Console.WriteLine("| tuner | trials so far | ms a trial | trials/s | workers whose trials take 60 s |\n|---|---|---|---|---|");
            foreach (var tuner in (Tuner[])[new RandomTuner(), new TpeTuner()])
                Measure(parsed.GetRequiredValue(database), tuner, parsed.GetValue(epochs));
        });
        return command;
    }

    private static void Measure(string database, Tuner tuner, int epochs)
    {
        var begun = 0;
        foreach (var end in Ends)
        {
            var start = Stopwatch.GetTimestamp();
            new MLContext(1).Experiment()
                .SetSearchSpace(space => space.Range("rate", 1e-4, 1e-1, logBase: true).Range("hidden", 8, 512, logBase: true))
                .SetTrialFunction(trial =>
                {
                    for (var epoch = 1; epoch <= epochs; epoch++)
                        trial.Report(epoch, trial.Get<double>("rate"));
                    return trial.Get<double>("rate");
                })
                .SetTuner(tuner).SetStudy(database, $"bench {tuner.GetType().Name} {Environment.ProcessId}").SetMaxModelToExplore(end)
                .Run();
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / (end - begun);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {tuner.GetType().Name} | {begun} to {end} | {1000 * seconds:0.00} | {1 / seconds:0} | {60 / seconds:0} |"));
            begun = end;
        }
    }
}
