namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class NetworkBuilderTests
{
    private static NetworkBuilder Network(ParameterSet? parameters = null, NetworkMode mode = NetworkMode.Training, int seed = 0) =>
        new(parameters ?? new(), mode, seed);

    [TestMethod]
    public void Scopes_name_parameters_and_number_those_used_again()
    {
        var network = Network();
        using (network.Scope("encoder"))
        {
            for (var layer = 0; layer < 3; layer++)
                using (network.Scope("lstm"))
                    network.Parameter("weight", [2, 2], Initializers.Zeros);
            network.Parameter("bias", [2], Initializers.Zeros);
        }
        using (network.Scope("lstm"))
            network.Parameter("weight", [2, 2], Initializers.Zeros);
        network.Parameter("weight", [3], Initializers.Zeros);
        string[] expected = ["encoder/lstm/weight", "encoder/lstm_2/weight", "encoder/lstm_3/weight", "encoder/bias", "lstm/weight",
            "weight"];
        CollectionAssert.AreEqual(expected, network.Parameters.All.Select(parameter => parameter.Name).ToArray());
        Assert.AreEqual(21, network.Parameters.Count);
    }

    [TestMethod]
    public void A_numbered_scope_does_not_meet_one_of_that_very_name()
    {
        var network = Network();
        foreach (var name in (string[])["lstm", "lstm_2", "lstm", "lstm_2"])
            using (network.Scope(name))
                network.Parameter("weight", [2], Initializers.Zeros);
        Assert.HasCount(4, network.Parameters.All, string.Join(", ", network.Parameters.All));
    }

    [TestMethod]
    public void A_parameter_asked_for_twice_is_one()
    {
        var network = Network();
        var first = network.Parameter("w", [2, 3], Initializers.Normal(1));
        Assert.AreSame(first, network.Parameter("w", [2, 3], Initializers.Zeros));
        Assert.HasCount(1, network.Parameters.All);
        var exception = Assert.ThrowsExactly<GraphException>(() => network.Parameter("w", [3, 2], Initializers.Zeros));
        Assert.AreEqual("Parameter 'w' has shape [2, 3]; the network asks for [3, 2].", exception.Message);
    }

    [TestMethod]
    public void Tied_weights_get_the_sum_of_their_gradients()
    {
        // d/dw (w·x)² = 2 w x², whichever of the two factors it is counted in
        var model = TrainingModel.Build(network =>
        {
            var x = network.Input("x", ElementType.Float, []);
            return new(network.Parameter("w", [], Initializers.Constant(3)) * x * (network.Parameter("w", [], Initializers.Zeros) * x));
        }, new Sgd());
        using var session = new TrainingSession(model);
        session.Feed("x", (float[])[2]);
        var result = session.Step(0.125f);
        Assert.AreEqual((36f, 24f), (result.Loss, result.GradientNorm));
        session.SaveParameters();
        Assert.AreEqual(0f, model.Parameters["w"].Value.As<float>()[0]);
    }

    [TestMethod]
    public void Known_parameters_are_taken_over_and_must_fit()
    {
        var parameters = Network().Parameters;
        var first = Network(parameters, seed: 1);
        first.Parameter("w", [2, 3], Initializers.Normal(1));
        var elements = parameters["w"].Value.As<float>();
        Network(parameters, seed: 2).Parameter("w", [2, 3], Initializers.Normal(1));
        Assert.AreSame(elements, parameters["w"].Value.As<float>());
        var exception = Assert.ThrowsExactly<GraphException>(() => Network(parameters).Parameter("w", [6], Initializers.Zeros));
        StringAssert.Contains(exception.Message, "[2, 3]");
        StringAssert.Contains(Assert.ThrowsExactly<KeyNotFoundException>(() => parameters["v"]).Message, "'v'; it has w");
    }

    [TestMethod]
    public void An_initializer_of_another_size_is_an_error()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => Network().Parameter("w", [2, 3], (_, _) => new float[5]));
        StringAssert.Contains(exception.Message, "[2, 3] has 6 elements; 5 were given");
    }

    [TestMethod]
    public void Parameters_are_constants_of_a_deployed_network()
    {
        var parameters = new ParameterSet();
        Network(parameters).Parameter("w", [2], Initializers.Ones);
        var deployed = Network(parameters, NetworkMode.Deployment);
        Assert.AreSame(parameters["w"].Value, deployed.Parameter("w", [2], Initializers.Zeros).Constant);
        Assert.IsEmpty(deployed.Graph.Inputs);
    }

    [TestMethod]
    public void The_seed_decides_initial_values_whatever_the_mode()
    {
        float[] Weights(NetworkMode mode, int seed)
        {
            var network = Network(mode: mode, seed: seed);
            network.Parameter("a", [5], Initializers.Normal(1));
            network.Parameter("b", [5], Initializers.Normal(1));
            return [.. network.Parameters.All.SelectMany(parameter => parameter.Value.As<float>())];
        }
        CollectionAssert.AreEqual(Weights(NetworkMode.Training, 1), Weights(NetworkMode.Evaluation, 1));
        CollectionAssert.AreNotEqual(Weights(NetworkMode.Training, 1), Weights(NetworkMode.Training, 2));
    }
}
