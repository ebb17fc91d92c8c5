using System.CommandLine;
using Microsoft.ML;
using MLSeqGraph.Experiments;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg evaluate</c>: metrics of a file whose labels are known.</summary>
internal static class EvaluateCommand
{
    internal static Command Of(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "the model", DefaultValueFactory = _ => "model.zip" };
        var data = new Option<string>("--data") { Description = "a file with labels", Required = true };
        var command = new Command("evaluate", "Compares a model's predictions with the labels of a file.") { model, data };
        command.SetAction(given =>
        {
            var ml = new MLContext();
            var file = ModelFile.Load(ml, given.GetRequiredValue(model));
            var rows = file.Roles.Read(given.GetRequiredValue(data), labelNeeded: true);
            // The model makes keys of the labels itself.
            var scored = file.Transformer.Transform(ModelFile.View(ml, file.Roles, rows));
            tool.Fact("rows", rows.Count);
            tool.Code(() => GeneratedCode.OfEvaluation(file, given.GetRequiredValue(model), given.GetRequiredValue(data)));
            if (file.Roles.Task == PortfolioTask.Regression)
            {
                var numbers = ml.Sequences().EvaluateRegression(scored);
                tool.Say(numbers.ToString());
                tool.Fact("mean_absolute_error", numbers.MeanAbsoluteError);
                tool.Fact("root_mean_squared_error", numbers.RootMeanSquaredError);
                tool.Fact("r_squared", numbers.RSquared);
                return;
            }
            var metrics = ml.Sequences().EvaluateClassification(scored);
            tool.Say(metrics.ToString());
            tool.Fact("accuracy", metrics.MicroAccuracy);
            tool.Fact("macro_accuracy", metrics.MacroAccuracy);
            tool.Fact("macro_f1", metrics.MacroF1Score);
            tool.Fact("log_loss", metrics.LogLoss);
        });
        return command;
    }
}
