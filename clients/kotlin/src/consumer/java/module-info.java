/** An application as a module. */
module consumer {
    requires org.parsec.client;
}
