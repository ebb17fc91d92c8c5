using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What the inputs and outputs of deployed models mean, by their names.</summary>
internal static class TensorMeanings
{
    /// <summary>Describes a file's inputs and outputs.</summary>
    internal static ModelInfo WithTensors(this ModelInfo info, IEnumerable<TensorInfo> inputs, IEnumerable<TensorInfo> outputs) =>
        info with
        {
            InputTensors = [.. inputs.Select(input => new ModelTensor(input.Name, input.Type, input.Shape, OfInput(info, input.Name)))],
            OutputTensors =
                [.. outputs.Select(output => new ModelTensor(output.Name, output.Type, output.Shape, OfOutput(info, output.Name)))],
        };

    private static string OfInput(ModelInfo info, string name) =>
        info.Part != ModelPart.Whole && OfWriter(info, name) is { } meaning ? meaning
        : info.Inputs.FirstOrDefault(input => input.InputName == name) is { } read ? OfColumn(info, read)
        : info.Inputs.FirstOrDefault(input => input.LengthsName == name) is { } counted
            ? $"steps of each row of '{counted.InputName}', at least 1"
        : name switch
        {
            "edge_index" => "the source of each edge, then the target of each, nodes counted from 0; " + (info.Graph?.IsDirected switch
            {
                true => "edges lead one way",
                false => "each edge in both directions, a loop once",
                null => "edges as the rows had them" + info.Graph?.HasBothDirections switch
                {
                    true => ", each in both directions",
                    false => ", not all in both directions",
                    null => "",
                },
            }),
            "edge_weight" => "weight of each edge" + Scaled(info.Graph?.WeightScaling),
            "edge_attr" => "features of each edge" + Scaled(info.Graph?.EdgeScaling),
            "edge_type" => $"relation of each edge, 0 to {info.Graph?.RelationCount - 1}",
            "graph_index" => "the graph of each node, counted from 0 without gaps; all 0 for one graph",
            "pair_index" => "the first node of each pair, then the second of each",
            "pair_type" => $"the relation asked for of each pair, 0 to {info.Links?.RelationCount - 1}",
            _ => "an input of the network's own",
        };

    private static string OfColumn(ModelInfo info, ModelInput input) => $"column '{input.Column}': " + (input.Kind switch
    {
        SequenceKind.Tokens => "ids of tokens" + (input.TokenOffset == 0 ? "" : $", the column's values + {input.TokenOffset}")
            + $", known ones from 1 to {input.Vocabulary - 1}"
            + (input.Padding is null ? "" : $"; {input.Padding} is padding behind the last one, {ModelInput.UnknownToken} an unknown one"),
        SequenceKind.Category when info.Task == ModelTask.Embedding =>
            $"the row of a node in training, 1 to {input.Vocabulary - 1}; 0 for an unknown one",
        SequenceKind.Category => $"a category, 1 to {input.Vocabulary - 1}; 0 for an unknown one",
        SequenceKind.Real when input.InputName == ModelFormat.NodeFeatures => "features of each node",
        SequenceKind.Real => "steps of real numbers; what stands past a row's length is not read"
            + (input.AllowsMissing ? "; NaN for a missing number" : ""),
        _ => info.Rows is ModelRows.Nodes or ModelRows.Links ? "features of each node" : "a vector of real numbers",
    }) + (!input.MayBeMissing ? "" : input.Kind.IsReal() ? "; NaN for all numbers of a row where it is missing"
        : "; a row without a known one lacks it") + Scaled(input.Scaling);

    private static string Scaled(ModelScaling? scaling) => scaling is null ? "" : ", " + scaling.Meaning;

    // Inputs of encoders, decoders and models that write by themselves.
    private static string? OfWriter(ModelInfo info, string name) => name switch
    {
        DecoderModel.Source => $"ids of the source's tokens, known ones from 1 to {info.Input.Vocabulary - 1}; 0 is padding behind the "
            + $"last one, {ModelInput.UnknownToken} an unknown one",
        DecoderModel.Tokens when info.Part == ModelPart.Greedy => "ids of the prompts, all of one length" + Start(info),
        DecoderModel.Tokens => "ids of the next tokens: a prompt, then one at a time" + Start(info),
        DecoderModel.Position => $"how many {(info.Part == ModelPart.Steps ? "steps" : "tokens")} went before",
        "max_length" => "most tokens to write, at least 1",
        _ when name.StartsWith(DecoderModel.PastPrefix, StringComparison.Ordinal) =>
            "the state: zeros at first or what the encoder gives, then what 'present' of the step before gave",
        _ when info.Inputs.Any(input => input.InputName == name || input.LengthsName == name) => null,
        _ => "what the encoder gives under this name",
    };

    // The decoder of a translator is given the start token; in the training rows of a language model there was one, or none.
    private static string Start(ModelInfo info) => info is { Task: ModelTask.LanguageModel, Generation.AddBeginEndTokens: false }
        ? "; a prompt has no start token" : "; a prompt begins with the start token, the startToken of 'mlseqgraph.generation'";

    private static string OfOutput(ModelInfo info, string name) => (info.Part, name) switch
    {
        (ModelPart.Greedy, "generated") => "ids written, filled up with the end token",
        (ModelPart.Greedy, "lengths") => "ids of each row before its end token",
        (ModelPart.Decoder, DecoderModel.Logits) => "unnormalized log-probabilities of the token after each step",
        (ModelPart.Decoder, DecoderModel.Attention) => "where each step looked",
        (ModelPart.Decoder, _) => "the state, for 'past' of the next step",
        (ModelPart.Encoder, _) => "for the decoder's input of this name",
        (ModelPart.Steps, _) when name.StartsWith(DecoderModel.PresentPrefix, StringComparison.Ordinal) =>
            "the state, for 'past' of the next step",
        (_, ModelFormat.Score) => info.Task switch
        {
            ModelTask.Binary => "the logit",
            ModelTask.Regression => "predicted numbers",
            ModelTask.Span => "the probability of the first step, then that of the last one",
            ModelTask.StepRegression => $"predicted numbers of each {(info.Rows == ModelRows.Graphs ? "node" : "step")}",
            ModelTask.Tagging when info.Rows == ModelRows.Graphs => "probability of each class, of each node",
            ModelTask.Alignment => $"probability of each class in each {(info.Subsampling is { } each ? $"frame, one for {each} steps"
                : "step")}, the last one's that of the blank",
            _ => "probability of each class",
        },
        (_, ModelFormat.Probability) => info.Task == ModelTask.Span ? "probability of the first step times that of the last one"
            : "probability of true",
        (_, ModelFormat.PredictedLabel) => info.Task switch
        {
            ModelTask.Binary => "whether true is the likelier",
            ModelTask.Span => "the first and the last step of the likeliest span, counted from 0",
            ModelTask.Tagging when info.Rows == ModelRows.Graphs => "the likeliest class of each node, from 0",
            ModelTask.Tagging => "the likeliest class of each step, from 0; arbitrary past a row's steps",
            ModelTask.Alignment => "the labels that were found, from 0, in their order; -1 behind them",
            _ => "the likeliest class, from 0",
        },
        (_, ModelFormat.Vector) => "the vector that the output layer reads",
        (_, ModelFormat.Attention) => "how much each step looked at each other one",
        (_, ModelFormat.LogLikelihood) => "the log likelihood of each row, by natural logarithms",
        (_, ModelFormat.States) => "the means of the states in each step, given the whole row",
        (_, ModelFormat.Updates) => "how many steps changed the state, of all layers together",
        (_, ModelFormat.PoolingAttention) => "how much each step weighs in the summary",
        (_, GraphModel.Embedding) => "the vector of each node",
        _ => "an output of the network's own",
    };
}
